import type { ClusterConfig } from "../config/model/cluster-config";
import type { HostConfig } from "../config/model/host-config";
import { catalogueBinaries, type BinarySources } from "../host/catalogue-binaries";
import { publicDirectory } from "../host/directory";
import type { LayerContent } from "../host/host-layer";
import { unitNames } from "../host/init/own-units";
import { execStart, restartsForever, systemdUnit } from "../host/init/systemd-unit";
import { kubeconfig } from "../host/kubeconfig";
import { metricsAddress } from "../host/metrics-address";
import { paths } from "../host/paths";
import { hostPort } from "../network/addresses";
import { ports } from "../network/ports";
import { toYaml } from "../text/yaml";
import { nodeApiPort } from "./api-balancer";

const settings = "/var/lib/kube-proxy";
const configFile = `${settings}/config.yaml`;
const kubeconfigFile = `${settings}/kubeconfig.conf`;

/** kube-proxy on one host, without its certificate. */
export function kubeProxyContent(
  config: ClusterConfig,
  host: HostConfig,
  sources: BinarySources,
): LayerContent {
  const owner = "root:root";
  return {
    // the command that kube-proxy programs the kernel with
    packages: [config.kubeProxy.mode],
    directories: { [settings]: publicDirectory },
    files: {
      [configFile]: { content: toYaml(kubeProxyConfiguration(config, host)), mode: "0644", owner },
      [kubeconfigFile]: {
        content: kubeconfig(
          config.name,
          `https://127.0.0.1:${nodeApiPort(config)}`,
          "system:kube-proxy",
          {
            caFile: paths.nodeClusterCa,
            certFile: `${settings}/kube-proxy.crt`,
            keyFile: `${settings}/kube-proxy.key`,
          },
        ),
        mode: "0600",
        owner,
      },
    },
    binaries: catalogueBinaries(sources, "kube-proxy", ["kube-proxy"]),
    units: {
      [unitNames["kube-proxy"]]: {
        content: kubeProxyUnit(config),
        enabled: true,
        running: true,
        restartOn: [
          `${paths.binaries}/kube-proxy`,
          configFile,
          kubeconfigFile,
          paths.nodeClusterCa,
          `${settings}/kube-proxy.crt`,
          `${settings}/kube-proxy.key`,
        ],
        reloadOn: [],
      },
    },
    ready: [{ kind: "unit", unit: unitNames["kube-proxy"], deadlineSeconds: 60 }],
    nftables: ["ip kube-proxy", "ip6 kube-proxy"],
  };
}

/** https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/ */
function kubeProxyConfiguration(config: ClusterConfig, host: HostConfig): object {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: config.kubeProxy.mode,
    hostnameOverride: host.name,
    clientConnection: { kubeconfig: kubeconfigFile },
    clusterCIDR: config.network.podCidr,
    detectLocalMode: "ClusterCIDR",
    healthzBindAddress: `0.0.0.0:${ports.kubeProxyHealth.port}`,
    // plain HTTP, as it knows no other; it shows rules and their timings, and changes nothing
    metricsBindAddress: hostPort(metricsAddress(config, host), ports.kubeProxyMetrics.port),
    // connection tracking limits belong to the host's owner
    conntrack: { maxPerCore: 0, min: 0 },
  };
}

function kubeProxyUnit(config: ClusterConfig): string {
  return systemdUnit({
    Unit: {
      Description: "Kubernetes service proxy",
      ...restartsForever,
      Documentation:
        "https://kubernetes.io/docs/reference/command-line-tools-reference/kube-proxy/",
      Wants: "network-online.target",
      After: "network-online.target",
    },
    Service: {
      ExecStart: execStart(`${paths.binaries}/kube-proxy`, {
        config: configFile,
        ...config.kubeProxy.extraArgs,
      }),
      Restart: "always",
      RestartSec: "2",
      MemoryAccounting: "yes",
    },
    Install: { WantedBy: "multi-user.target" },
  });
}

/** Path of the certificate and key, without their endings. */
export const kubeProxyCertificate = `${settings}/kube-proxy`;
