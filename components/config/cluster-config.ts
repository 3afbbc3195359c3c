import { hostPort, nthAddress } from "../network/addresses";
import { derivedHosts } from "./derived-hosts";
import { type AddonDefinition, addonSchemas, clusterNeeds } from "./model/addon-definition";
import type { ClusterConfig, SshConfig } from "./model/cluster-config";
import type { HostConfig } from "./model/host-config";
import { hostsWithRole } from "./model/hosts-with-role";
import {
  type OperatorEnvironment,
  operatorEnvironment,
  operatorPath,
} from "./model/operator-environment";
import { parsedInput } from "./parsed-input";
import { configError } from "./problems/config-problem";
import { clusterRules, ruleProblems } from "./rules/config-rules";
import type { ClusterInput } from "./schema/cluster-schema";

/**
 * The cluster that the value of the stack config key `plinth:cluster` describes.
 *
 * `file` is the name of the stack config, for messages; `addons` are those that it may name. Throws one error that lists every problem,
 * a line each: the place, what was got, what was expected and the nearest known word. Paths on the
 * operator's machine come out absolute: `~` is the home directory, the rest is relative to the
 * working directory, which under Pulumi is the project's.
 */
export function clusterConfig(
  raw: unknown,
  file: string,
  addons: readonly AddonDefinition[],
  environment: OperatorEnvironment = operatorEnvironment(),
): ClusterConfig {
  const { input, problems } = parsedInput(raw, addonSchemas(addons));
  if (input === undefined) throw configError(file, problems);
  const hosts = derivedHosts(input);
  const needs = clusterNeeds(addons, input.addons);
  const rules = [...clusterRules, ...addons.flatMap((addon) => addon.rules ?? [])];
  const found = ruleProblems(rules, input, hosts, needs.ports, problems);
  if (problems.length + found.length > 0) throw configError(file, [...problems, ...found]);
  return { ...derivedConfig(input, hosts, environment), needs };
}

function derivedConfig(
  input: ClusterInput,
  hosts: readonly HostConfig[],
  environment: OperatorEnvironment,
): Omit<ClusterConfig, "needs"> {
  const { network, artifacts } = input;
  return {
    ...input,
    hosts,
    network: {
      ...network,
      apiServiceIp: nthAddress(network.serviceCidr, 1),
      dnsServiceIp: nthAddress(network.serviceCidr, 10),
    },
    api: { ...input.api, endpoint: endpoint(input.api, hosts) },
    ssh: sshConfig(input.ssh, environment),
    artifacts: {
      ...artifacts,
      ...(artifacts.catalogueFile === undefined
        ? {}
        : { catalogueFile: operatorPath(artifacts.catalogueFile, environment) }),
    },
    charts: Object.fromEntries(
      Object.entries(input.charts).map(([name, chart]) => [name, { namespace: name, ...chart }]),
    ),
  };
}

function endpoint(api: ClusterInput["api"], hosts: readonly HostConfig[]): string {
  if (api.external !== undefined) return api.external;
  const controlPlanes = hostsWithRole(hosts, "control-plane");
  const reachable = controlPlanes.find((host) => !host.maintenance);
  const address = api.vip?.address ?? reachable?.address;
  if (address === undefined) throw new Error("a checked config has a control plane to go to");
  return hostPort(address, api.port);
}

/** A key file wins; without one, an agent that is given or that runs. */
function sshConfig(ssh: ClusterInput["ssh"], environment: OperatorEnvironment): SshConfig {
  const agent =
    ssh.agentSocket ?? (ssh.privateKeyFile === undefined ? environment.agentSocket : undefined);
  return {
    ...(ssh.privateKeyFile === undefined
      ? {}
      : { privateKeyFile: operatorPath(ssh.privateKeyFile, environment) }),
    ...(agent === undefined ? {} : { agentSocket: operatorPath(agent, environment) }),
    knownHostsFile: operatorPath(ssh.knownHostsFile, environment),
    connectTimeoutSeconds: ssh.connectTimeoutSeconds,
  };
}
