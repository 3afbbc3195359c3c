import type { ClusterConfig } from "../config/model/cluster-config";
import type { HostConfig } from "../config/model/host-config";
import { catalogueBinaries, type BinarySources } from "../host/catalogue-binaries";
import type { LayerContent } from "../host/host-layer";
import { paths } from "../host/paths";
import { ports } from "../network/ports";
import { controlPlaneClient } from "./control-plane-client";

const { pki } = paths;
const kubeconfigFile = `${paths.kubernetes}/controller-manager.conf`;

/** kube-controller-manager on one host, without its certificates. */
export function controllerManagerContent(
  config: ClusterConfig,
  host: HostConfig,
  sources: BinarySources,
): LayerContent {
  return {
    ...controlPlaneClient({
      config,
      host,
      component: "kube-controller-manager",
      description: "Kubernetes controller manager",
      identity: "controller-manager",
      kubeconfigFile,
      healthPort: ports.controllerManager.port,
      args: {
        ...controllerManagerArgs(config),
        ...config.controlPlane.controllerManager.extraArgs,
      },
      readFiles: ["ca.crt", "ca.key", "front-proxy-ca.crt", "sa.key"].map(
        (file) => `${pki}/${file}`,
      ),
    }),
    binaries: catalogueBinaries(sources, "kube-controller-manager", ["kube-controller-manager"]),
  };
}

/** https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/ */
function controllerManagerArgs(config: ClusterConfig): Readonly<Record<string, string>> {
  const { network } = config;
  return {
    kubeconfig: kubeconfigFile,
    "authentication-kubeconfig": kubeconfigFile,
    "authorization-kubeconfig": kubeconfigFile,
    "client-ca-file": `${pki}/ca.crt`,
    "requestheader-client-ca-file": `${pki}/front-proxy-ca.crt`,
    "root-ca-file": `${pki}/ca.crt`,
    "cluster-signing-cert-file": `${pki}/ca.crt`,
    "cluster-signing-key-file": `${pki}/ca.key`,
    "service-account-private-key-file": `${pki}/sa.key`,
    "use-service-account-credentials": "true",
    controllers: "*,bootstrapsigner,tokencleaner",
    "cluster-name": config.name,
    "allocate-node-cidrs": "true",
    "cluster-cidr": network.podCidr,
    "node-cidr-mask-size": String(network.nodeCidrMaskSize),
    "service-cluster-ip-range": network.serviceCidr,
    "tls-min-version": "VersionTLS12",
    profiling: "false",
    ...(config.controlPlane.externalCloudProvider ? { "cloud-provider": "external" } : {}),
  };
}
