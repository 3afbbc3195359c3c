import * as pulumi from "@pulumi/pulumi";
import type { SurveyArgs, SurveyResult } from "../../provider/survey-api";
import type { ClusterConfig } from "../config/model/cluster-config";
import { hostsWithRole } from "../config/model/hosts-with-role";
import { certificates, foundersFile, membersFile } from "../etcd/etcd-member";
import { etcdPeers, recordedPeers } from "../etcd/etcd-peers";
import { lookCommand } from "../etcd/member-commands";
import { memberLook } from "../etcd/member-look";
import { hostAddresses } from "../host/platform";
import { formerAddresses, type FormerAddresses } from "../pki/former-addresses";
import type { EtcdGroup, Peer } from "../operations/etcd-group";
import {
  etcdMembership,
  membershipWarnings,
  mostMembers,
  stepText,
  type EtcdMembership,
} from "../operations/etcd-membership";
import { moveText } from "../operations/etcd-moves";
import { membershipRefusal } from "../operations/membership-refusal";

/** Layers that are made only after etcd: where one is, there is a cluster with data. */
const laterLayers = ["control-plane", "node"];

/** What every host is asked about etcd: those that are to lose their role have it still. */
export function etcdQuestions(config: ClusterConfig): Pick<SurveyArgs, "texts" | "probes"> {
  const members = hostsWithRole(config.hosts, "etcd");
  return {
    texts: [membersFile, foundersFile, certificates.server],
    probes: { etcd: lookCommand(members, config.etcd) },
  };
}

/** What the run does about etcd's members; throws where that would cost a quorum, or leave data behind. */
export function surveyedMembership(config: ClusterConfig, survey: SurveyResult): EtcdMembership {
  const group = etcdGroup(config, survey);
  const refusal = membershipRefusal(group);
  if (refusal !== undefined) throw new pulumi.RunError(refusal);
  for (const warning of membershipWarnings(group)) pulumi.log.warn(warning);
  const membership = etcdMembership(group);
  const { steps, moves } = membership;
  for (const step of steps) {
    const verb = step.action === "leave" ? "leaves" : "joins";
    pulumi.log.info(`${step.host} ${verb}: ${stepText(step, mostMembers(steps))}`);
  }
  for (const move of moves) pulumi.log.info(`etcd on ${move.host} moves: ${moveText(move)}`);
  return membership;
}

/** Of every host that answered; see `formerAddresses`. */
export function surveyedFormerAddresses(
  config: ClusterConfig,
  survey: SurveyResult,
): FormerAddresses {
  const entries = hostsWithRole(config.hosts, "etcd").map((host) => {
    const facts = survey.hosts[host.name]?.facts;
    const certificate = facts?.texts[certificates.server];
    const present = facts === undefined ? [] : hostAddresses(facts);
    return [host.name, formerAddresses(config, host, certificate, present)] as const;
  });
  return new Map(entries);
}

/** See `EtcdGroup`; a host that did not answer is one that nobody looked at. */
export function etcdGroup(config: ClusterConfig, survey: SurveyResult): EtcdGroup {
  const seen = config.hosts.flatMap(({ name }) => {
    const facts = survey.hosts[name]?.facts;
    return facts === undefined ? [] : [{ name, facts }];
  });
  const looks = seen.map(
    ({ name, facts }) => [name, memberLook(facts.probes.etcd?.output ?? "")] as const,
  );
  const recordsOf = (file: string, names: readonly string[]) =>
    seen
      .filter(({ name }) => names.includes(name))
      .map(({ name, facts }) => ({ name, peers: recordedPeers(facts.texts[file] ?? "") }));
  const textsOf = (file: string, names: readonly string[]) =>
    recordsOf(file, names).map(({ peers }) => peers);
  const all = seen.map(({ name }) => name);
  const made = looks.filter(([, { data }]) => data).map(([name]) => name);
  // on the others a list may be left over
  const rememberers = made.length > 0 ? made : all;
  const [founders = []] = [...textsOf(foundersFile, made), ...textsOf(membersFile, made)].filter(
    (peers) => peers.length > 0,
  );
  const records = recordsOf(membersFile, rememberers);
  // after a run that was cut off while members moved, each knows best where it is itself
  const own = records.flatMap(({ name, peers }) => peers.filter((peer) => peer.name === name));
  return {
    wanted: etcdPeers(hostsWithRole(config.hosts, "etcd")),
    recorded: byName([...records.flatMap(({ peers }) => peers), ...own]),
    founders,
    looks: new Map(looks),
    hidden: config.hosts.filter(({ name }) => !all.includes(name)).map(({ name }) => name),
    used: seen.some(({ facts }) => facts.layers.some((layer) => laterLayers.includes(layer))),
  };
}

function byName(peers: readonly Peer[]): readonly Peer[] {
  return [...new Map(peers.map((peer) => [peer.name, peer])).values()];
}
