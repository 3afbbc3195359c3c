import type { ClusterInput } from "../schema/cluster-schema";
import type { DeepReadonly } from "./deep-readonly";

/** The key `addons` as its schema reads it; what a key means is said there. */
type Input = DeepReadonly<ClusterInput["addons"]>;
type IssuerInput = Input["certManager"]["issuers"][string];

/** The key `addons`, every default filled in. */
export interface AddonsConfig extends Omit<Input, "certManager"> {
  readonly certManager: CertManagerConfig;
}

/** The key `addons.certManager`: who issues certificates, by name. */
export interface CertManagerConfig {
  readonly issuers: Readonly<Record<string, IssuerConfig>>;
}

/** Exactly one of `acme` and `ca`. */
export type IssuerConfig = Omit<IssuerInput, "acme"> & { readonly acme?: AcmeConfig };

/** An account at an ACME server that validates names by HTTP-01; `caFile` is absolute. */
export type AcmeConfig = NonNullable<IssuerInput["acme"]> & {
  /** Class of the Ingresses that answer challenges. */
  readonly ingressClass: string;
};
