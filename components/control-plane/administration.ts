import type { ClusterConfig } from "../config/model/cluster-config";
import { catalogueBinaries, type BinarySources } from "../host/catalogue-binaries";
import type { LayerContent } from "../host/host-layer";
import { kubeconfig } from "../host/kubeconfig";
import { paths } from "../host/paths";

/** Path of the administrator's certificate and key, without their endings. */
export const adminCertificate = `${paths.pki}/admin`;

/** kubectl for root on a control plane, through its own API server: to drain nodes, and for when nothing else works. */
export function administrationContent(
  { name, api }: Pick<ClusterConfig, "name" | "api">,
  sources: BinarySources,
): LayerContent {
  const credentials = {
    caFile: paths.clusterCa,
    certFile: `${adminCertificate}.crt`,
    keyFile: `${adminCertificate}.key`,
  };
  const server = `https://127.0.0.1:${api.port}`;
  return {
    files: {
      [paths.adminKubeconfig]: {
        // holds no secret: it names the files of the certificate
        content: kubeconfig(name, server, "kubernetes-admin", credentials),
        mode: "0600",
        owner: "root:root",
      },
    },
    binaries: catalogueBinaries(sources, "kubectl", ["kubectl"]),
  };
}
