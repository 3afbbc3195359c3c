import type { IssuerConfig } from "../../../components/config/model/addons-config";
import { workloadsSecret } from "./objects";
import { ourLabels } from "../../kit/labelled-objects";

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
