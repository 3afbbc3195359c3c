import { dump } from "js-yaml";
import { gateway } from "../machine/network";

/** Where hosts pull images. */
export const registryAddress = `${gateway}:5000`;

/** Configuration of the registry; https://distribution.github.io/distribution/about/configuration/ */
export function registryConfig(storage: string): string {
  return dump({
    version: "0.1",
    log: { level: "warn", accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: storage },
      delete: { enabled: true },
      // the lab's hosts come and go, its images don't: no upload is left to purge
      maintenance: { uploadpurging: { enabled: false } },
    },
    http: { addr: registryAddress },
  });
}
