import { registry } from "../../../addons/registry";
import { clusterConfig } from "../../../components/config/cluster-config";
import type { AddonDefinition } from "../../../components/config/model/addon-definition";
import type { ClusterConfig } from "../../../components/config/model/cluster-config";
import { ownUnits } from "../../../components/host/init/own-units";
import { preflight, type Preflight } from "../../../components/survey/preflight";
import type { HostFacts } from "../../../provider/survey-api";
import { hostFacts } from "./host-facts";

/** A run of the cluster with this id. */
export const judgedRun = { ownUnits, isPreview: false, clusterId: "5eed".repeat(8) };

const environment = { home: "/home/ops", workingDirectory: "/project" };
/** Addresses of the hosts of {@link judgedConfig}. */
export const addresses = { cp1: "10.1.0.1", e1: "10.1.0.2", w1: "10.1.0.11" };

/** A control plane, an etcd member that is no node, and a worker. */
export function judgedConfig(
  changes: Readonly<Record<string, unknown>> = {},
  addons: readonly AddonDefinition[] = registry,
): ClusterConfig {
  const input = {
    name: "prod",
    kubernetesVersion: "1.36.4",
    hosts: {
      cp1: { address: addresses.cp1, roles: ["control-plane"] },
      e1: { address: addresses.e1, roles: ["etcd"] },
      w1: { address: addresses.w1, roles: ["worker"] },
    },
    ...changes,
  };
  return clusterConfig(input, "Pulumi.prod.yaml", addons, environment);
}

/** A host of {@link judgedConfig}. */
export type Name = keyof typeof addresses;

/** Judges the cluster when one host has other facts than a fresh one. */
export function judged(
  name: Name,
  changes: Partial<HostFacts>,
  settings: Readonly<Record<string, unknown>> = {},
  addons: readonly AddonDefinition[] = registry,
): Preflight {
  const hosts = Object.fromEntries(
    Object.entries(addresses).map(([host, address]) => [
      host,
      { facts: hostFacts(host, address, host === name ? changes : {}) },
    ]),
  );
  return preflight(judgedConfig(settings, addons), { hosts }, judgedRun);
}
