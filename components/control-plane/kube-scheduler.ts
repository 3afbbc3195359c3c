import type { ClusterConfig } from "../config/model/cluster-config";
import type { HostConfig } from "../config/model/host-config";
import { catalogueBinaries, type BinarySources } from "../host/catalogue-binaries";
import type { LayerContent } from "../host/host-layer";
import { paths } from "../host/paths";
import { ports } from "../network/ports";
import { controlPlaneClient } from "./control-plane-client";

const { pki } = paths;
const kubeconfigFile = `${paths.kubernetes}/scheduler.conf`;

/** kube-scheduler on one host, without its certificates. */
export function schedulerContent(
  config: ClusterConfig,
  host: HostConfig,
  sources: BinarySources,
): LayerContent {
  return {
    ...controlPlaneClient({
      config,
      host,
      component: "kube-scheduler",
      description: "Kubernetes scheduler",
      identity: "scheduler",
      kubeconfigFile,
      healthPort: ports.scheduler.port,
      args: { ...schedulerArgs, ...config.controlPlane.scheduler.extraArgs },
      readFiles: ["ca.crt", "front-proxy-ca.crt"].map((file) => `${pki}/${file}`),
    }),
    binaries: catalogueBinaries(sources, "kube-scheduler", ["kube-scheduler"]),
  };
}

/** https://kubernetes.io/docs/reference/command-line-tools-reference/kube-scheduler/ */
const schedulerArgs = {
  kubeconfig: kubeconfigFile,
  "authentication-kubeconfig": kubeconfigFile,
  "authorization-kubeconfig": kubeconfigFile,
  "client-ca-file": `${pki}/ca.crt`,
  "requestheader-client-ca-file": `${pki}/front-proxy-ca.crt`,
  "tls-min-version": "VersionTLS12",
  profiling: "false",
};
