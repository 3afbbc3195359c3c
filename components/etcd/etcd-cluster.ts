import * as pulumi from "@pulumi/pulumi";
import type { HostConfig } from "../config/model/host-config";
import { hostsWithRole } from "../config/model/hosts-with-role";
import { HostLayer, joinedContent, type InputFile, type LayerContent } from "../host/host-layer";
import { binarySourcesOf, type LayerContext } from "../host/layer-context";
import { metricsAddress } from "../host/metrics-address";
import { paths } from "../host/paths";
import { certFile, pemFiles } from "../pki/pem-files";
import type { Pki } from "../pki/pki";
import { etcdMemberContent } from "./etcd-member";
import { etcdRollout } from "./member-commands";
import type { EtcdMembership } from "../operations/etcd-membership";
import { quorumHold } from "../operations/quorum-hold";

export interface EtcdClusterArgs {
  readonly context: LayerContext;
  readonly pki: Pki;
  readonly etcdMembership: EtcdMembership;
}

/** Every etcd member runs with TLS under its own user, and the members have a quorum. */
export class EtcdCluster extends pulumi.ComponentResource {
  constructor(name: string, args: EtcdClusterArgs, opts: pulumi.ComponentResourceOptions) {
    super("plinth:etcd:EtcdCluster", name, {}, opts);
    const { context, pki, etcdMembership: membership } = args;
    const { config } = context;
    const members = hostsWithRole(config.hosts, "etcd");
    const held = quorumHold(members);
    for (const host of members) {
      new HostLayer(
        `${name}-${host.name}-etcd`,
        {
          host,
          cluster: config.name,
          clusterId: context.clusterId,
          layer: "etcd",
          content: () => etcdContent(context, host),
          inputFiles: () => etcdFiles(pki, host),
          rollout: etcdRollout({ host, members, etcd: config.etcd, membership, held }),
        },
        { parent: this },
      );
    }
    this.registerOutputs();
  }
}

/** Everything of the member on one host but its certificates. */
export function etcdContent(context: LayerContext, host: HostConfig): Required<LayerContent> {
  const { config } = context;
  return joinedContent(
    etcdMemberContent({
      clusterName: config.name,
      host,
      members: hostsWithRole(config.hosts, "etcd"),
      etcd: config.etcd,
      metricsAddress: metricsAddress(config, host),
      sources: binarySourcesOf(context, host),
    }),
  );
}

/** The certificates and keys of the member on one host. */
export function etcdFiles(pki: Pki, host: HostConfig): Readonly<Record<string, InputFile>> {
  const directory = paths.etcdPki;
  return {
    [`${directory}/ca.crt`]: certFile(pki.authorities.etcd),
    ...pemFiles(`${directory}/server`, pki.leaf(`etcd-server-${host.name}`), "etcd:etcd"),
    ...pemFiles(`${directory}/peer`, pki.leaf(`etcd-peer-${host.name}`), "etcd:etcd"),
  };
}
