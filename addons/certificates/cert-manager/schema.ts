import { z } from "zod";

import * as value from "../../../components/config/schema/value-schemas";

const acme = z.strictObject({
  server: value.httpsUrl
    .default("https://acme-v02.api.letsencrypt.org/directory")
    .describe("Directory of the ACME server; default: Let's Encrypt's production."),
  email: value.email.describe("Where the server reports problems with the account."),
  caFile: value.path
    .exactOptional()
    .describe("PEM file on the operator's machine with the CA of a private ACME server."),
  ingressClass: value.dnsSubdomain
    .exactOptional()
    .describe("Class of the Ingresses that answer challenges (HTTP-01); default: Traefik's."),
});

const issuer = z.strictObject({
  acme: acme.exactOptional().describe("An account at an ACME server."),
  ca: z
    .enum(["cluster"])
    .exactOptional()
    .describe(
      "`cluster`: an authority that Plinth makes for workloads, apart from Kubernetes' own.",
    ),
});

/** The key `addons.certManager`. */
export const certManagerSchema = z
  .strictObject({
    issuers: z
      .record(value.dnsLabel, issuer, { error: "issuers by name" })
      .default({})
      .describe(
        "Issuers by name, each with `acme` or `ca`; cert-manager is installed when there is at least one.",
      ),
  })
  .prefault({})
  .describe("Certificates from ACME servers or an authority of the cluster's own.");

declare module "../../../components/config/schema/addons-schema" {
  interface AddonSettings {
    certManager: z.output<typeof certManagerSchema>;
  }
}
