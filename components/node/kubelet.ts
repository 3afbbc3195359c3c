import type { ClusterConfig } from "../config/model/cluster-config";
import type { HostConfig } from "../config/model/host-config";
import { nodeSysctls } from "../config/model/node-sysctls";
import { catalogueBinaries, type BinarySources } from "../host/catalogue-binaries";
import { publicDirectory } from "../host/directory";
import type { LayerContent } from "../host/host-layer";
import { unitNames } from "../host/init/own-units";
import { execStart, restartsForever, systemdUnit } from "../host/init/systemd-unit";
import { kubeconfig } from "../host/kubeconfig";
import { paths } from "../host/paths";
import type { HostPlatform } from "../host/platform";
import { ownResolvConf } from "../host/resolv-conf";
import { ports } from "../network/ports";
import { toYaml } from "../text/yaml";
import { nodeApiPort } from "./api-balancer";
import { containerdSocket } from "./container-runtime";
import { type Registration, registrationText } from "./registration";
import checkNode from "./scripts/check-node.sh";

const kubeconfigFile = paths.kubeletKubeconfig;
const configFile = paths.kubeletConfig;
const { kubeletPki, nodeClusterCa: clusterCaFile } = paths;

/** The kubelet on one host, without its certificates. */
export function kubeletContent(
  config: ClusterConfig,
  host: HostConfig,
  platform: HostPlatform,
  sources: BinarySources,
  registration: Registration,
): LayerContent {
  const owner = "root:root";
  const server = `https://127.0.0.1:${nodeApiPort(config)}`;
  return {
    directories: {
      [paths.kubernetes]: publicDirectory,
      [paths.kubelet]: publicDirectory,
      [kubeletPki]: publicDirectory,
      [paths.manifests]: publicDirectory,
    },
    files: {
      [configFile]: {
        content: toYaml(kubeletConfiguration(config, host, platform)),
        mode: "0644",
        owner,
      },
      [kubeconfigFile]: {
        content: kubeconfig(config.name, server, `system:node:${host.name}`, {
          caFile: clusterCaFile,
          certFile: `${kubeletPki}/kubelet.crt`,
          keyFile: `${kubeletPki}/kubelet.key`,
        }),
        mode: "0600",
        owner,
      },
      [paths.nodeRegistration]: {
        content: registrationText(registration),
        mode: "0644",
        owner,
      },
      [paths.nodeCheck]: { content: checkNode, mode: "0755", owner },
      ...(platform.resolvConfContent === undefined
        ? {}
        : {
            [ownResolvConf]: { content: platform.resolvConfContent, mode: "0644", owner },
          }),
    },
    binaries: catalogueBinaries(sources, "kubelet", ["kubelet"]),
    modules: ["br_netfilter"],
    sysctls: { ...nodeSysctls, ...config.sysctls },
    units: {
      [unitNames.kubelet]: {
        content: kubeletUnit(config, host),
        enabled: true,
        running: true,
        restartOn: [
          `${paths.binaries}/kubelet`,
          configFile,
          kubeconfigFile,
          paths.nodeRegistration,
          clusterCaFile,
          `${kubeletPki}/kubelet.crt`,
          `${kubeletPki}/kubelet.key`,
        ],
        reloadOn: [],
      },
    },
    ready: [
      {
        kind: "command",
        command: [
          ...["curl", "-sf", "--max-time", "2", "-o", "/dev/null"],
          `http://127.0.0.1:${ports.kubeletHealth.port}/healthz`,
        ],
        deadlineSeconds: 90,
      },
      {
        // the API server knows the node
        kind: "https",
        url: `${server}/api/v1/nodes/${host.name}`,
        caFile: clusterCaFile,
        certFile: `${kubeletPki}/kubelet.crt`,
        keyFile: `${kubeletPki}/kubelet.key`,
        deadlineSeconds: 90,
      },
      {
        kind: "command",
        command: ["sh", paths.nodeCheck, server, host.name],
        deadlineSeconds: 90,
      },
    ],
    iptablesChains: ["KUBE-"],
    dataDirectories: [
      paths.kubelet,
      // flexvolume's plugins: the kubelet makes it, whether or not there are any
      "/usr/libexec/kubernetes",
      "/var/log/pods",
      "/var/log/containers",
      // the kubelet lets logind wait for the end of its pods
      "/etc/systemd/logind.conf.d/99-kubelet.conf",
    ],
  };
}

/** https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/ */
function kubeletConfiguration(
  config: ClusterConfig,
  host: HostConfig,
  platform: HostPlatform,
): object {
  const { kubelet } = config;
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: clusterCaFile },
    },
    authorization: { mode: "Webhook" },
    readOnlyPort: 0,
    tlsCertFile: `${kubeletPki}/kubelet.crt`,
    tlsPrivateKeyFile: `${kubeletPki}/kubelet.key`,
    tlsMinVersion: "VersionTLS12",
    clusterDomain: config.domain,
    clusterDNS: [config.network.dnsServiceIp],
    resolvConf: platform.resolvConf,
    containerRuntimeEndpoint: `unix://${containerdSocket}`,
    cgroupDriver: platform.cgroupDriver,
    failCgroupV1: platform.cgroupVersion === 2,
    protectKernelDefaults: true,
    seccompDefault: true,
    staticPodPath: paths.manifests,
    maxPods: kubelet.maxPods,
    systemReserved: kubelet.systemReserved,
    kubeReserved: kubelet.kubeReserved,
    evictionHard: kubelet.evictionHard,
    containerLogMaxSize: kubelet.containerLogMaxSize,
    containerLogMaxFiles: kubelet.containerLogMaxFiles,
    registerWithTaints: host.taints.map((taint) => ({ ...taint })),
    // a host that shuts down leaves its pods time to end
    shutdownGracePeriod: "30s",
    shutdownGracePeriodCriticalPods: "10s",
  };
}

function kubeletUnit(config: ClusterConfig, host: HostConfig): string {
  return systemdUnit({
    Unit: {
      Description: "Kubernetes node agent",
      ...restartsForever,
      Documentation: "https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/",
      // with Requires, a restart of containerd would be one of the kubelet, too
      Wants: `network-online.target ${unitNames.containerd}`,
      After: `network-online.target ${unitNames.containerd}`,
    },
    Service: {
      Type: "notify",
      ExecStart: execStart(`${paths.binaries}/kubelet`, {
        config: configFile,
        kubeconfig: kubeconfigFile,
        "hostname-override": host.name,
        "node-ip": host.internalAddress,
        ...(config.controlPlane.externalCloudProvider ? { "cloud-provider": "external" } : {}),
        ...config.kubelet.extraArgs,
      }),
      Restart: "always",
      RestartSec: "2",
      // pods outlive a restart of the kubelet
      KillMode: "process",
      MemoryAccounting: "yes",
      CPUAccounting: "yes",
    },
    Install: { WantedBy: "multi-user.target" },
  });
}
