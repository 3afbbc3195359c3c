import type {
  CertManagerConfig,
  IssuerConfig,
} from "../../../components/config/model/addons-config";
import type { AddonObject } from "../../kit/addon-object";
import { workloadsSecret } from "./objects";
import { ourLabels } from "../../kit/labelled-objects";

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
export function clusterIssuer(name: string, { acme }: IssuerConfig, authority: string | undefined) {
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
                { http01: { ingress: { class: acme.ingressClass, serviceType: "ClusterIP" } } },
              ],
            },
          },
  };
}
