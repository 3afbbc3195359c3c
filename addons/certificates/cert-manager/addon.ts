import { issuerProblems } from "../../../components/config/rules/cert-manager-rules";
import { certManagerSchema } from "../../../components/config/schema/cert-manager-schema";
import type { Addon } from "../../shape/addon";
import { certManager } from "./component";

/** Certificates from issuers. */
export const certManagerAddon: Addon = {
  key: "certManager",
  name: "cert-manager",
  schema: certManagerSchema
    .prefault({})
    .describe("Certificates from ACME servers or an authority of the cluster's own."),
  isOn: ({ certManager: { issuers } }) => Object.keys(issuers).length > 0,
  rules: [{ reads: ["addons"], problems: issuerProblems }],
  manifests: ["cert-manager"],
  offers: "certificates",
  component: certManager,
};
