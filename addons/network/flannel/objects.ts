import type * as kubernetes from "@pulumi/kubernetes";
import type { ClusterConfig } from "../../../components/config/model/cluster-config";
import { nodeApiPort } from "../../../components/node/api-balancer";
import { vxlanOverhead } from "../../../components/host/platform";
import { addonNamespace } from "../../kit/addon-namespace";
import { type AddonObject, namesOf } from "../../kit/addon-object";
import { configMap, daemonSet } from "../../kit/kinds";
import { clusterAccess } from "../../kit/rbac";

const namespace = "kube-flannel";
const labels = { app: "flannel", "k8s-app": "flannel", tier: "node" };

/** flanneld on every node, with the nodes' own pod CIDRs. */
export function flannelObjects(config: ClusterConfig, image: string): readonly AddonObject[] {
  const after = ["namespace"];
  const account = { name: "flannel", namespace };
  const needed: readonly AddonObject[] = [
    {
      name: "settings",
      object: configMap(
        { name: "kube-flannel-cfg", namespace },
        { data: { "net-conf.json": flannelNetConf(config) } },
      ),
      after,
    },
    ...clusterAccess(account, grant, { after }),
  ];
  const metadata = { name: "kube-flannel-ds", namespace, labels };
  return [
    // routes and tunnels are made in the host's network namespace
    addonNamespace(namespace, "privileged"),
    ...needed,
    {
      name: "daemonset",
      object: daemonSet(metadata, { spec: flannelDaemonSet(config, image) }),
      after: namesOf(needed),
    },
  ];
}

/** https://github.com/flannel-io/flannel/blob/master/Documentation/configuration.md */
export function flannelNetConf(config: ClusterConfig): string {
  return `${JSON.stringify(
    {
      Network: config.network.podCidr,
      EnableNFTables: config.kubeProxy.mode === "nftables",
      Backend: { Type: config.addons.flannel.backend, ...backendMtu(config) },
    },
    null,
    2,
  )}\n`;
}

/** vxlan takes its header off this one before pods get it; host-gw knows none, so hosts tell the plugin. */
function backendMtu({ network: { mtu }, addons: { flannel } }: ClusterConfig): { MTU?: number } {
  return mtu === undefined || flannel.backend === "host-gw" ? {} : { MTU: mtu + vxlanOverhead };
}

const grant = {
  role: "flannel",
  rules: [
    { apiGroups: [""], resources: ["pods"], verbs: ["get"] },
    { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] },
    { apiGroups: [""], resources: ["nodes/status"], verbs: ["patch"] },
  ],
};

/** https://github.com/flannel-io/flannel/blob/master/Documentation/kube-flannel.yml, without its init containers: the hosts have the CNI parts already. */
function flannelDaemonSet(
  config: ClusterConfig,
  image: string,
): kubernetes.types.input.apps.v1.DaemonSetSpec {
  const field = (fieldPath: string) => ({ valueFrom: { fieldRef: { fieldPath } } });
  return {
    selector: { matchLabels: { app: "flannel" } },
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
    template: {
      metadata: {
        labels,
        // a changed network configuration is read at start only
        annotations: { "plinth/net-conf": flannelNetConf(config) },
      },
      spec: {
        hostNetwork: true,
        priorityClassName: "system-node-critical",
        serviceAccountName: "flannel",
        tolerations: [{ operator: "Exists" }],
        nodeSelector: { "kubernetes.io/os": "linux" },
        containers: [
          {
            name: "kube-flannel",
            image,
            command: ["/opt/bin/flanneld"],
            // the interface of the node's own address, not that of the default route
            args: ["--ip-masq", "--kube-subnet-mgr", "--iface=$(HOST_IP)"],
            env: [
              { name: "HOST_IP", ...field("status.hostIP") },
              { name: "POD_NAME", ...field("metadata.name") },
              { name: "POD_NAMESPACE", ...field("metadata.namespace") },
              // every node has a way to the API on its loopback address before kube-proxy works
              { name: "KUBERNETES_SERVICE_HOST", value: "127.0.0.1" },
              { name: "KUBERNETES_SERVICE_PORT", value: String(nodeApiPort(config)) },
              { name: "EVENT_QUEUE_DEPTH", value: "5000" },
            ],
            resources: { requests: { cpu: "50m", memory: "32Mi" } },
            securityContext: {
              privileged: false,
              capabilities: { drop: ["ALL"], add: ["NET_ADMIN", "NET_RAW"] },
            },
            volumeMounts: [
              { name: "run", mountPath: "/run/flannel" },
              { name: "settings", mountPath: "/etc/kube-flannel", readOnly: true },
              { name: "xtables-lock", mountPath: "/run/xtables.lock" },
            ],
          },
        ],
        volumes: [
          { name: "run", hostPath: { path: "/run/flannel", type: "DirectoryOrCreate" } },
          { name: "settings", configMap: { name: "kube-flannel-cfg" } },
          { name: "xtables-lock", hostPath: { path: "/run/xtables.lock", type: "FileOrCreate" } },
        ],
      },
    },
  };
}
