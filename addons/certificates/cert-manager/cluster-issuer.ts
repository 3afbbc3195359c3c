import type { Addons } from "../../../components/config/model/addon-definition";
import type { AddonObject } from "../../kit/addon-object";
import { workloadsSecret } from "./objects";
import { ourLabels } from "../../kit/labelled-objects";
import { ingressClass } from "../../ingress/traefik/arguments";

type CertManagerConfig = Addons["certManager"];

/** Every issuer of the stack config. */
export function clusterIssuers(
  { issuers }: CertManagerConfig,
  authorities: Readonly<Record<string, string>>,
): readonly AddonObject[] {
  return Object.entries(issuers).map(([name, issuer]) => ({
    name: `issuer-${name}`,
    object: clusterIssuer(name, issuer, authorities[name]),
  }));
}

/** A ClusterIssuer as the stack config describes it: https://cert-manager.io/docs/configuration/ */
export function clusterIssuer(
  name: string,
  { acme }: CertManagerConfig["issuers"][string],
  authority: string | undefined,
) {
  return {
    apiVersion: "cert-manager.io/v1",
    kind: "ClusterIssuer",
    metadata: { name, labels: ourLabels },
    spec:
      acme === undefined
        ? { ca: { secretName: workloadsSecret } }
        : {
            acme: {
              server: acme.server,
              email: acme.email,
              ...(authority === undefined
                ? {}
                : { caBundle: Buffer.from(authority).toString("base64") }),
              privateKeySecretRef: { name: `${name}-account` },
              // by annotation, which every version and most controllers know
              solvers: [
                {
                  http01: {
                    // a checked config has Traefik where no class is named
                    ingress: { class: acme.ingressClass ?? ingressClass, serviceType: "ClusterIP" },
                  },
                },
              ],
            },
          },
  };
}
