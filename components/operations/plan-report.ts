import type { ClusterConfig } from "../config/model/cluster-config";
import type { HostConfig } from "../config/model/host-config";
import { hostsWithRole } from "../config/model/hosts-with-role";
import { mostMembers, stepText } from "./etcd-membership";
import { moveText } from "./etcd-moves";
import type { OperationFacts } from "./operation-facts";
import { quorumHold } from "./quorum-hold";
import type { OperationReport, OperationStep } from "./report";

/** What an `up` does of its own accord to which host, and why. */
export function planReport(facts: OperationFacts): OperationReport {
  const { config } = facts;
  const steps = config.hosts.flatMap((host) => [...joinSteps(facts, host), ...skipSteps(host)]);
  return {
    version: 1,
    steps: [...steps, ...forgetSteps(config), ...memberSteps(facts), ...holdSteps(config)],
  };
}

function joinSteps({ marked }: OperationFacts, host: HostConfig): readonly OperationStep[] {
  if (host.maintenance || marked.has(host.name)) return [];
  const reason = `it is no part of the cluster yet, and becomes ${host.roles.join(", ")}`;
  return [{ host: host.name, action: "join", reason }];
}

function skipSteps({ name, maintenance }: HostConfig): readonly OperationStep[] {
  return maintenance ? [{ host: name, action: "skip", reason: "it is in maintenance" }] : [];
}

function forgetSteps({ lost }: ClusterConfig): readonly OperationStep[] {
  const reason =
    "it is gone for good: what the cluster has of it goes, and nothing on it is cleaned";
  return lost.map((host) => ({ host, action: "forget", reason }));
}

const memberActions = { join: "add", replace: "add", leave: "leave" } as const;

/** In the order in which etcd's members come and go, or move. */
function memberSteps({ etcdMembership }: OperationFacts): readonly OperationStep[] {
  const { steps, moves } = etcdMembership;
  return [
    ...steps.map((step) => ({
      host: step.host,
      action: memberActions[step.action],
      reason: stepText(step, mostMembers(steps)),
    })),
    ...moves.map((move): OperationStep => ({
      host: move.host,
      action: "move",
      reason: moveText(move),
    })),
  ];
}

function holdSteps(config: ClusterConfig): readonly OperationStep[] {
  const members = hostsWithRole(config.hosts, "etcd").filter(({ maintenance }) => !maintenance);
  const reason = quorumHold(hostsWithRole(config.hosts, "etcd"));
  return reason === undefined
    ? []
    : members.map(({ name }) => ({ host: name, action: "hold", reason }));
}
