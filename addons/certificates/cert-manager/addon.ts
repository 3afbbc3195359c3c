import { componentAddon } from "../../shape/addon";
import { certManager } from "./component";
import { certManagerImages, certManagerLab, certManagerManifests } from "./downloads";
import { acmeAuthorityFiles, acmeDirectories } from "./operator/acme-directories";
import { issuerProblems } from "./rules";
import { certManagerSchema } from "./schema";

/** Certificates from issuers. */
export const certManagerAddon = componentAddon({
  key: "certManager",
  name: "cert-manager",
  schema: certManagerSchema,
  isOn: ({ certManager: { issuers } }) => Object.keys(issuers).length > 0,
  rules: [{ reads: ["addons"], problems: issuerProblems }],
  images: certManagerImages,
  manifests: certManagerManifests,
  lab: certManagerLab,
  needs: {
    workloadsAuthority: ({ certManager: { issuers } }) =>
      Object.values(issuers).some(({ ca }) => ca === "cluster"),
  },
  files: acmeAuthorityFiles,
  serverWarnings: acmeDirectories,
  offers: "certificates",
  component: certManager,
});
