import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { SurveyResult } from "../../provider/api";
import type { ClusterConfig } from "../config/model/cluster-config";
import type { HostConfig, Role } from "../config/model/host-config";
import { hostsWithRole } from "../config/model/hosts-with-role";
import { memberListCommand, membersFile, recordedMembers } from "../etcd/etcd-member";
import { hostConnection } from "../host/host-connection";
import type { HostProvider } from "../host/host-provider";
import {
  leavingMembers,
  leavingRefusal,
  stayingMembers,
  strandedRefusal,
  type MemberChange,
  type MembersSeen,
} from "../operations/etcd-membership";

const memberList = z.object({ members: z.array(z.unknown()) });

/** How the stack config changes etcd's members; refuses an edit that leaves it without a quorum, or its data behind. */
export async function sparedMembers(
  hosts: HostProvider,
  config: ClusterConfig,
  survey: SurveyResult,
): Promise<MemberChange> {
  const members = hostsWithRole(config.hosts, "etcd");
  const change = memberChange(config, members, survey);
  const away = members.some(({ maintenance }) => maintenance);
  if (hasLayer(config, survey, "control-plane") && !away && !hasLayer(config, survey, "etcd"))
    throw new pulumi.RunError(strandedRefusal(change.wanted));
  if (leavingMembers(change).length === 0) return change;
  const refusal = leavingRefusal(change, await seenMembers(hosts, members, change));
  if (refusal !== undefined) throw new pulumi.RunError(refusal);
  return change;
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
    if (probe?.status !== 0) return [];
    return [{ name, listed: memberList.parse(JSON.parse(probe.output)).members.length }];
  });
  return { listed: answers[0]?.listed, answering: answers.map(({ name }) => name) };
}
