import { z } from "zod";

import * as value from "./value-schemas";

/** The pod network, whose other half is on the hosts. */
export const flannelSchema = z.strictObject({
  backend: z
    .enum(["vxlan", "host-gw"])
    .default("vxlan")
    .describe("How pods of two nodes meet; host-gw needs all hosts in one subnet."),
});

/** DNS of the cluster, of which hosts have the resolver. */
export const coreDnsSchema = z.strictObject({
  replicas: value.wholeNumber(1, 100).default(2).describe("Number of CoreDNS pods."),
  upstreamNameservers: z
    .array(value.ipAddress, { error: "a list of IP addresses" })
    .default([])
    .describe("Nameservers for names outside the cluster; default: those of the host."),
});

/** A key below `addons` with its schema, which has a default and a description. */
export interface AddonSchema {
  readonly key: string;
  readonly schema: z.ZodType;
}

/**
 * The key `addons` with the schemas' own defaults filled in. Every add-on declares its key here from
 * its own folder; what stands here is what has another half outside of `addons/`.
 */
export interface AddonSettings {
  flannel: z.output<typeof flannelSchema>;
  coredns: z.output<typeof coreDnsSchema>;
}

/** The key `addons` of a list of them: what is absent or empty is not installed. */
export function addonsSchema(
  addons: readonly AddonSchema[],
): z.ZodType<AddonSettings, Record<string, unknown>> {
  const shape = Object.fromEntries(addons.map(({ key, schema }) => [key, schema]));
  // the list is what declared the keys
  return z.strictObject(shape) as unknown as z.ZodType<AddonSettings, Record<string, unknown>>;
}
