import type { AddonsConfig } from "../config/model/addons-config";
import type { ManifestName } from "./catalogue";

/** The manifests of the add-ons that are switched on; no other is ever fetched. */
export function neededManifests({
  certManager,
  metallb,
  traefik,
}: AddonsConfig): readonly ManifestName[] {
  return [
    ...(traefik.enabled && traefik.gateway ? (["gateway-api"] as const) : []),
    ...(Object.keys(metallb.pools).length > 0 ? (["metallb-native"] as const) : []),
    ...(Object.keys(certManager.issuers).length > 0 ? (["cert-manager"] as const) : []),
  ];
}
