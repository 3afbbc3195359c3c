import { z } from "zod";
import * as value from "../../../components/config/schema/value-schemas";

/** The key `addons.sampleApp`. */
export const sampleAppSchema = z
  .strictObject({
    enabled: value.boolean().default(false).describe("A small web application behind Traefik."),
    host: value.dnsDomain
      .exactOptional()
      .describe("Name under which it is reached; it must lead to where Traefik listens."),
    issuer: value.dnsLabel
      .exactOptional()
      .describe("Issuer in `certManager` of its certificate; without one it has HTTP alone."),
  })
  .prefault({})
  .describe("A sample page behind Traefik.");

declare module "../../../components/config/schema/addons-schema" {
  interface AddonSettings {
    sampleApp: z.output<typeof sampleAppSchema>;
  }
}
