import type * as pulumi from "@pulumi/pulumi";
import { issuedLeaf } from "../../../components/pki/leaf";
import type { AddonArgs } from "../../shape/addon-args";
import { type MutualTls, reader } from "./exporter-certificate";

/** The certificate of an exporter, or of the one who reads them. */
export function mutualTls(
  resourceName: string,
  name: string,
  { config, pki }: Pick<AddonArgs, "config" | "pki">,
  opts: pulumi.CustomResourceOptions,
): MutualTls {
  const authority = pki.authorities.cluster;
  const identity = {
    name,
    commonName: `plinth:${name}`,
    server: name !== reader,
    client: name === reader,
    dnsNames: [name],
    ipAddresses: [],
  };
  const leaf = issuedLeaf(resourceName, identity, authority, config.pki, opts);
  return { ...leaf, authorityPem: authority.certPem };
}
