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
import { quorumHold } from "../operations/quorum-hold";

/** Names of the members that the survey saw data of, and of those that joined. */
export interface SurveyedMembers {
  readonly withData: ReadonlySet<string>;
  readonly joined: ReadonlySet<string>;
}

export interface EtcdClusterArgs {
  readonly context: LayerContext;
  readonly pki: Pki;
  readonly etcdMembers: SurveyedMembers;
}

/** Every etcd member runs with TLS under its own user, and the members have a quorum. */
export class EtcdCluster extends pulumi.ComponentResource {
  constructor(name: string, args: EtcdClusterArgs, opts: pulumi.ComponentResourceOptions) {
    super("plinth:etcd:EtcdCluster", name, {}, opts);
    const { context, pki, etcdMembers } = args;
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
          content: () => etcdContent(context, host, etcdMembers),
          inputFiles: () => etcdFiles(pki, host),
          rollout: { group: "etcd", maxUnavailable: 1, ...(held === undefined ? {} : { held }) },
        },
        { parent: this },
      );
    }
    this.registerOutputs();
  }
}

/** Everything of the member on one host but its certificates. */
export function etcdContent(
  context: LayerContext,
  host: HostConfig,
  surveyed: SurveyedMembers,
): Required<LayerContent> {
  const { config } = context;
  return joinedContent(
    etcdMemberContent({
      clusterName: config.name,
      host,
      members: hostsWithRole(config.hosts, "etcd"),
      etcd: config.etcd,
      metricsAddress: metricsAddress(config, host),
      joins: joins(host, surveyed),
      sources: binarySourcesOf(context, host),
    }),
  );
}

/** A member founds the cluster only while no other has data; one that joined stays one that joined. */
function joins(host: HostConfig, { withData, joined }: SurveyedMembers): boolean {
  return joined.has(host.name) || (withData.size > 0 && !withData.has(host.name));
}

function etcdFiles(pki: Pki, host: HostConfig): Readonly<Record<string, InputFile>> {
  const directory = paths.etcdPki;
  return {
    [`${directory}/ca.crt`]: certFile(pki.authorities.etcd),
    ...pemFiles(`${directory}/server`, pki.leaf(`etcd-server-${host.name}`), "etcd:etcd"),
    ...pemFiles(`${directory}/peer`, pki.leaf(`etcd-peer-${host.name}`), "etcd:etcd"),
  };
}
