import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { SurveyResult } from "../../provider/survey-api";
import type { ClusterConfig } from "../config/model/cluster-config";
import type { HostConfig, Role } from "../config/model/host-config";
import { hostsWithRole } from "../config/model/hosts-with-role";
import { memberListCommand, membersFile, recordedMembers } from "../etcd/etcd-member";
import { hostConnection } from "../host/host-connection";
import type { HostProvider } from "../host/host-provider";
import {
  hiddenRefusal,
  leavingMembers,
  leavingRefusal,
  stayingMembers,
  strandedRefusal,
  type MemberChange,
  type MembersSeen,
} from "../operations/etcd-membership";

/** `isLearner` is absent where it is false. */
const memberList = z.object({
  members: z.array(z.object({ isLearner: z.boolean().optional() })),
});

/** Layers that are made only after etcd: where one is, there is a cluster with data. */
const laterLayers = ["control-plane", "node"];

/** How the stack config changes etcd's members; refuses an edit that leaves it without a quorum, or its data behind. */
export async function sparedMembers(
  hosts: HostProvider,
  config: ClusterConfig,
  survey: SurveyResult,
): Promise<MemberChange> {
  const members = hostsWithRole(config.hosts, "etcd");
  const change = memberChange(config, members, survey);
  const refusal =
    foundingRefusal(config, survey) ??
    (leavingMembers(change).length === 0
      ? undefined
      : leavingRefusal(change, await seenMembers(hosts, members, change)));
  if (refusal !== undefined) throw new pulumi.RunError(refusal);
  return change;
}

/** Why etcd must not be founded; undefined where no host says that there is a cluster, or a member is left of it. */
function foundingRefusal(config: ClusterConfig, survey: SurveyResult): string | undefined {
  const members = hostsWithRole(config.hosts, "etcd");
  // a member in maintenance is taken to have its data
  if (members.some(({ maintenance }) => maintenance)) return undefined;
  if (hasLayer(config, survey, "etcd")) return undefined;
  const wanted = members.map(({ name }) => name);
  // whatever role a host has now: all of the control plane may have been exchanged, too
  const layers = config.hosts.flatMap(({ name }) => survey.hosts[name]?.facts?.layers ?? []);
  if (layers.some((layer) => laterLayers.includes(layer))) return strandedRefusal(wanted);
  const hidden = config.hosts.filter(({ maintenance }) => maintenance);
  if (hidden.length === 0) return undefined;
  return hiddenRefusal(
    wanted,
    hidden.map(({ name }) => name),
  );
}

/** Whether some host of a layer's role has that layer. */
export function hasLayer(config: ClusterConfig, survey: SurveyResult, layer: Role): boolean {
  return hostsWithRole(config.hosts, layer).some(
    ({ name }) => survey.hosts[name]?.facts?.layers.includes(layer) === true,
  );
}

function memberChange(
  config: ClusterConfig,
  members: readonly HostConfig[],
  survey: SurveyResult,
): MemberChange {
  const texts = config.hosts.map(({ name }) => survey.hosts[name]?.facts?.texts[membersFile]);
  const recorded = texts.flatMap((text) => recordedMembers(text ?? ""));
  return { recorded: [...new Set(recorded)], wanted: members.map(({ name }) => name) };
}

async function seenMembers(
  hosts: HostProvider,
  members: readonly HostConfig[],
  change: MemberChange,
): Promise<MembersSeen> {
  const staying = stayingMembers(change);
  const asked = members.filter(({ name, maintenance }) => staying.includes(name) && !maintenance);
  const nothing = { modules: [], commands: [], paths: [], disks: [], texts: [] };
  const survey = await hosts.survey({
    ...nothing,
    hosts: asked.map(hostConnection),
    probes: { members: { command: memberListCommand, deadlineSeconds: 8 } },
  });
  const answers = asked.flatMap(({ name }) => {
    const probe = survey.hosts[name]?.facts?.probes.members;
    const listed = probe?.status === 0 ? votingMembers(probe.output) : undefined;
    return listed === undefined ? [] : [{ name, listed }];
  });
  const listed = answers.length === 0 ? undefined : Math.max(...answers.map((each) => each.listed));
  return { listed, answering: answers.map(({ name }) => name) };
}

/** How many members count for the quorum, by etcd's own list; undefined where it is none. */
export function votingMembers(output: string): number | undefined {
  try {
    const { members } = memberList.parse(JSON.parse(output));
    return members.filter(({ isLearner }) => isLearner !== true).length;
  } catch {
    // no answer that anything is decided by
    return undefined;
  }
}
