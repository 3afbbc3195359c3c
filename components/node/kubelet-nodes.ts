import * as pulumi from "@pulumi/pulumi";
import type { HostConfig } from "../config/model/host-config";
import { HostLayer, joinedContent, type InputFile, type LayerContent } from "../host/host-layer";
import { binarySourcesOf, platformOf, type LayerContext } from "../host/layer-context";
import { paths } from "../host/paths";
import { certFile, pemFiles } from "../pki/pem-files";
import type { Pki } from "../pki/pki";
import { apiBalancerContent, nodeApiPort } from "./api-balancer";
import { flannelNodeContent, flannelRuntimeContent } from "./cni/flannel-runtime";
import { containerRuntimeContent } from "./container-runtime";
import { kubeProxyCertificate, kubeProxyContent } from "./kube-proxy";
import { kubeletContent } from "./kubelet";
import { nodeRollout, podNetworkRenewal } from "./node-rollout";
import { firstRegistration, type Registration } from "./registration";
import { registryFiles } from "./registry-hosts";

/** The keys and certificates that nodes take from. */
export type NodePki = Pick<Pki, "authorities" | "leaf">;

export interface KubeletNodesArgs {
  readonly context: LayerContext;
  readonly pki: NodePki;
  /** What must be up before kubelets start or change: they may not be newer than the API server. */
  readonly controlPlane: pulumi.Resource;
  /** By host name, of hosts that have been looked at. */
  readonly registrations: ReadonlyMap<string, Registration>;
  /** Names of nodes that nobody waits for. */
  readonly lost: readonly string[];
}

/** Every node host runs containerd, a kubelet and kube-proxy, and reaches an API server on its loopback address. */
export class KubeletNodes extends pulumi.ComponentResource {
  /** The layer of each host's kubelet, by host name: done when the API server knows the node. */
  declare readonly layers: ReadonlyMap<string, HostLayer>;

  constructor(name: string, args: KubeletNodesArgs, opts: pulumi.ComponentResourceOptions) {
    super("plinth:node:KubeletNodes", name, {}, opts);
    const { context, pki, controlPlane, registrations, lost } = args;
    const { config } = context;
    const layers = new Map<string, HostLayer>();
    for (const host of config.hosts.filter((each) => each.node)) {
      const common = {
        host,
        cluster: config.name,
        clusterId: context.clusterId,
      };
      const registration = registrations.get(host.name) ?? firstRegistration;
      const rollout = nodeRollout(config, host, lost);
      const runtime = new HostLayer(
        `${name}-${host.name}-runtime`,
        {
          ...common,
          layer: "runtime",
          content: () => runtimeContent(context, host),
          inputFiles: () => ({}),
          rollout,
        },
        { parent: this },
      );
      const node = new HostLayer(
        `${name}-${host.name}-node`,
        {
          ...common,
          layer: "node",
          content: () => nodeContent(context, host, registration),
          inputFiles: () => nodeFiles(pki, host),
          rollout: registration.isRenewed ? { ...rollout, ...podNetworkRenewal } : rollout,
        },
        { parent: this, dependsOn: [runtime, controlPlane] },
      );
      layers.set(host.name, node);
    }
    this.layers = layers;
    this.registerOutputs();
  }
}

/** The container runtime on one host. */
export function runtimeContent(context: LayerContext, host: HostConfig): Required<LayerContent> {
  const { config } = context;
  const { pause } = context.catalogue.images;
  const sources = binarySourcesOf(context, host);
  return joinedContent(
    containerRuntimeContent(config.runtime, pause, platformOf(context, host), sources),
    flannelRuntimeContent(config, sources),
    { files: registryFiles(config.runtime) },
  );
}

/** Everything of the node on one host but its certificates. */
export function nodeContent(
  context: LayerContext,
  host: HostConfig,
  registration: Registration,
): Required<LayerContent> {
  const { config } = context;
  const sources = binarySourcesOf(context, host);
  return joinedContent(
    apiBalancerContent(config),
    kubeletContent(config, host, platformOf(context, host), sources, registration),
    kubeProxyContent(config, host, sources),
    flannelNodeContent(nodeApiPort(config), host),
    { packages: config.needs.packages },
  );
}

function nodeFiles(pki: NodePki, host: HostConfig): Readonly<Record<string, InputFile>> {
  const owner = "root:root";
  return {
    [paths.nodeClusterCa]: certFile(pki.authorities.cluster),
    ...pemFiles(`${paths.kubeletPki}/kubelet`, pki.leaf(`kubelet-${host.name}`), owner),
    ...pemFiles(kubeProxyCertificate, pki.leaf("kube-proxy"), owner),
  };
}
