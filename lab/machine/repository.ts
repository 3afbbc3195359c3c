import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { LabError } from "./lab-error";

/** The folder of this clone, found from where the running bundle or source lies. */
export function repository(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
  }
  throw new LabError(`no folder above ${__dirname} holds Pulumi.yaml`);
}
