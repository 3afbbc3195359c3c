import * as pulumi from "@pulumi/pulumi";
import type { ClusterConfig } from "../config/model/cluster-config";
import { kubeconfig } from "../host/kubeconfig";
import type { Pki } from "./pki";

/** The cluster administrator's kubeconfig, complete in itself (secret). */
export function adminKubeconfig(config: ClusterConfig, pki: Pki): pulumi.Output<string> {
  const admin = pki.leaf("admin");
  return pulumi.secret(
    pulumi
      .all([pki.authorities.cluster.certPem, admin.certPem, admin.keyPem])
      .apply(([ca, cert, key]) =>
        kubeconfig(config.name, `https://${config.api.endpoint}`, "kubernetes-admin", {
          ca,
          cert,
          key,
        }),
      ),
  );
}
