import type { AcmeConfig, CertManagerConfig } from "./model/addons-config";
import { type OperatorEnvironment, operatorPath } from "./model/operator-environment";
import type { ClusterInput } from "./schema/cluster-schema";

type CertManagerInput = ClusterInput["addons"]["certManager"];
type AcmeInput = NonNullable<CertManagerInput["issuers"][string]["acme"]>;

/** The key `addons.certManager`, every default filled in. */
export function certManagerConfig(
  { issuers }: CertManagerInput,
  environment: OperatorEnvironment,
): CertManagerConfig {
  const withAcme = (acme: AcmeInput): AcmeConfig => ({
    ...acme,
    ...(acme.caFile === undefined ? {} : { caFile: operatorPath(acme.caFile, environment) }),
    // a checked config has Traefik where no class is named
    ingressClass: acme.ingressClass ?? "traefik",
  });
  const entries = Object.entries(issuers).map(([name, { acme, ...issuer }]) => [
    name,
    acme === undefined ? issuer : { ...issuer, acme: withAcme(acme) },
  ]);
  return { issuers: Object.fromEntries(entries) as CertManagerConfig["issuers"] }; // of the same keys
}
