import { nearMiss } from "../../../text/near-miss";
import { type FixedPort, portOwner } from "../../../components/network/ports";
import type { HostConfig } from "../../../components/config/model/host-config";
import { type ConfigProblem, wrongValue } from "../../../components/config/problems/config-problem";
import type { ClusterInput } from "../../../components/config/schema/cluster-schema";

/** https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/ */
const usualNodePorts = "30000-32767";

type Protocol = "http" | "https";

const protocols: readonly Protocol[] = ["http", "https"];

/** Hosts that can't run Traefik. */
export function ingressHostProblems(
  { addons }: ClusterInput,
  hosts: readonly HostConfig[],
): readonly ConfigProblem[] {
  const { enabled, hosts: chosen } = addons.traefik;
  if (!enabled) return [];
  const nodes = hosts.filter((host) => host.node).map(({ name }) => name);
  return chosen.flatMap((name, index) => {
    if (nodes.includes(name)) return [];
    const near = nearMiss(name, nodes);
    const hint = near === undefined ? "" : `; did you mean ${near}?`;
    const expected = `the name of a host that is a node: ${nodes.join(", ")}${hint}`;
    return [wrongValue(["addons", "traefik", "hosts", index], name, expected)];
  });
}

/** Ports for Traefik that are something else's, or each other's. */
export function ingressPortProblems(
  input: ClusterInput,
  hosts: readonly HostConfig[],
  fixed: readonly FixedPort[],
): readonly ConfigProblem[] {
  const { enabled, exposure } = input.addons.traefik;
  if (!enabled || exposure === "loadBalancer") return [];
  const ports = input.addons.traefik[exposure];
  const problemOf = exposure === "hostPorts" ? hostPortProblem : nodePortProblem;
  return protocols.flatMap((protocol) => {
    const expected =
      protocol === "https" && ports.https === ports.http
        ? "another port than that of http"
        : problemOf(ports[protocol], input, hosts, fixed);
    if (expected === undefined) return [];
    return [wrongValue(["addons", "traefik", exposure, protocol], ports[protocol], expected)];
  });
}

/** What a port of the hosts should be instead, where it can't be used. */
function hostPortProblem(
  port: number,
  input: ClusterInput,
  hosts: readonly HostConfig[],
  fixed: readonly FixedPort[],
): string | undefined {
  const owner = input.api.port === port ? "the API" : portOwner(port, fixed);
  if (owner !== undefined) return `another port, this one is for ${owner}`;
  // the way to the host would end at Traefik
  const reached = hosts.find((host) => host.port === port);
  if (reached !== undefined) return `another port, this one is for SSH on ${reached.name}`;
  const range = nodePortRange(input);
  if (!isWithin(port, range)) return undefined;
  return `a port outside of ${range}, from which services get theirs`;
}

function nodePortProblem(
  port: number,
  input: ClusterInput,
  _hosts: readonly HostConfig[],
  fixed: readonly FixedPort[],
): string | undefined {
  const range = nodePortRange(input);
  if (!isWithin(port, range)) return `a port within ${range}, which services may have`;
  const owner = portOwner(port, fixed);
  return owner === undefined ? undefined : `another port, this one is for ${owner}`;
}

function nodePortRange({ controlPlane }: ClusterInput): string {
  return controlPlane.apiServer.extraArgs["service-node-port-range"] ?? usualNodePorts;
}

function isWithin(port: number, range: string): boolean {
  const [first = 0, last = first] = range.split("-").map(Number);
  return port >= first && port <= last;
}
