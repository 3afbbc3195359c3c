import { z } from "zod";

import * as value from "../../../components/config/schema/value-schemas";

const asn = value.wholeNumber(1, 4_294_967_295);

const pool = z.strictObject({
  addresses: z
    .array(value.addresses, { error: "a list of address ranges" })
    .min(1, { error: "one address range or more" })
    .describe("Ranges `first-last` and networks of addresses that nobody else uses."),
  autoAssign: value
    .boolean()
    .default(true)
    .describe("Whether services that name no pool get addresses of this one."),
  announce: z
    .enum(["layer2", "bgp"])
    .default("layer2")
    .describe("How the network learns where an address is: by ARP, or by the BGP peers."),
});

const bgpPeer = z.strictObject({
  address: value.ipAddress.describe("Address of the router."),
  asn: asn.describe("Its autonomous system."),
  port: value.port.default(179).describe("Its TCP port."),
});

const bgp = z.strictObject({
  asn: asn.describe("Autonomous system of the nodes."),
  peers: z
    .record(value.dnsLabel, bgpPeer, { error: "routers by name" })
    .describe("Routers by name, which every node speaks with."),
});

/** The key `addons.metallb`. */
export const metallbSchema = z
  .strictObject({
    pools: z
      .record(value.dnsLabel, pool, { error: "address pools by name" })
      .default({})
      .describe("Address pools by name; MetalLB is installed when there is at least one."),
    bgp: bgp.exactOptional().describe("Routers for pools that are announced by BGP."),
  })
  .prefault({})
  .describe("Addresses for services of type LoadBalancer.");

declare module "../../../components/config/schema/addons-schema" {
  interface AddonSettings {
    metallb: z.output<typeof metallbSchema>;
  }
}
