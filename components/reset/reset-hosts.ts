import * as pulumi from "@pulumi/pulumi";
import type { HostSurvey } from "../../provider/survey-api";
import type { ClusterConfig } from "../config/model/cluster-config";
import type { HostConfig } from "../config/model/host-config";
import { hostConnection } from "../host/host-connection";
import type { HostProvider } from "../host/host-provider";
import type { ClusterId } from "../identity/cluster-id";
import type { ResetHost, ResetReport, ResetRequest } from "../operations/report";
import { resetRefusal } from "../operations/reset-refusal";

/** What stands on something else goes first; the survey's only question is what there is. */
const order = ["node", "runtime", "control-plane", "etcd"];
const nothing = { modules: [], commands: [], paths: [], disks: [], texts: [], probes: {} };

/**
 * Looks at the hosts of a request, and clears them where it names their cluster and none of them is
 * refused. Changes hosts in a preview too, as a reset is no part of what the state knows.
 */
export async function resetHosts(
  hosts: HostProvider,
  config: ClusterConfig,
  { known }: Pick<ClusterId, "known">,
  request: ResetRequest,
): Promise<ResetReport> {
  const named = request.hosts.map((name) => namedHost(config, name));
  const looked = named.filter(({ maintenance }) => !maintenance).map(hostConnection);
  const survey = await hosts.survey({ ...nothing, hosts: looked });
  const own = { name: config.name, id: known };
  const found = named.map((host) => foundHost(host, survey.hosts[host.name], own, request));
  const isAgreed = request.cluster !== undefined && found.every(({ refusal }) => !refusal);
  if (!isAgreed) return { version: 1, hosts: found };
  const cleared = named.map((host, at) => clearedHost(hosts, host, found[at]));
  return { version: 1, hosts: (await Promise.all(cleared)).flat() };
}

function namedHost({ hosts }: ClusterConfig, name: string): HostConfig {
  const host = hosts.find((each) => each.name === name);
  if (host !== undefined) return host;
  throw new pulumi.RunError(
    `Pulumi.${pulumi.getStack()}.yaml: plinth:cluster.hosts: there is no host ${JSON.stringify(name)}, ` +
      `expected one of ${hosts.map((each) => each.name).join(", ")}`,
  );
}

function foundHost(
  { name: host, maintenance }: HostConfig,
  { facts, error, remedy }: HostSurvey = {},
  own: { readonly name: string; readonly id: string | undefined },
  request: ResetRequest,
): ResetHost {
  const { owner: marker, layers = [], changedBy } = facts ?? {};
  const why = [error ?? (facts ? undefined : "it gave no answer"), remedy].filter(Boolean);
  const subject = { host, layers, maintenance, own, ...(marker && { marker }) };
  const refusal = resetRefusal(
    {
      ...subject,
      ...(why.length > 0 && { error: why.join("; ") }),
      ...(changedBy && { changedBy: `${changedBy.operator} (pid ${changedBy.pid})` }),
    },
    request,
  );
  return { host, layers, cleared: false, ...(marker && { marker }), ...(refusal && { refusal }) };
}

async function clearedHost(
  hosts: HostProvider,
  host: HostConfig,
  found: ResetHost | undefined,
): Promise<readonly ResetHost[]> {
  if (found?.marker === undefined) return [];
  const { marker } = found;
  const { removed, error } = await hosts.reset({ host: hostConnection(host), marker, order });
  const layers = found.layers.filter((layer) => !removed.includes(layer));
  return error === undefined
    ? [{ ...found, cleared: true }]
    : [{ ...found, layers, refusal: `${error}; to go on, reset ${host.name} again` }];
}
