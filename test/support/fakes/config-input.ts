import { registry } from "../../../addons/registry";
import { clusterConfig } from "../../../components/config/cluster-config";
import type { AddonDefinition } from "../../../components/config/model/addon-definition";
import type { ClusterConfig } from "../../../components/config/model/cluster-config";

/** The operator's surroundings in tests. */
export const environment = { home: "/home/ops", workingDirectory: "/project" };
/** Name of the stack config in tests. */
export const file = "Pulumi.prod.yaml";

/** Edits a raw config in place. */
export type Change = (input: Record<string, unknown>) => void;

/** Three control planes with etcd and two workers. */
export function validInput(): Record<string, unknown> {
  const all = ["etcd", "control-plane"];
  return {
    name: "prod",
    kubernetesVersion: "1.36.4",
    hosts: {
      cp1: { address: "10.1.0.1", roles: all },
      cp2: { address: "10.1.0.2", roles: all },
      cp3: { address: "10.1.0.3", roles: all },
      w1: { address: "10.1.0.11", roles: ["worker"] },
      w10: { address: "10.1.0.20", roles: ["worker"] },
      w2: { address: "10.1.0.12", roles: ["worker"] },
    },
  };
}

/** The parsed config after a change of the valid input. */
export function parsed(
  change: Change = () => undefined,
  addons: readonly AddonDefinition[] = registry,
): ClusterConfig {
  const input = validInput();
  change(input);
  return clusterConfig(input, file, addons, environment);
}

/** The problems of the valid input after a change, without file and key. */
export function problems(
  change: Change,
  addons: readonly AddonDefinition[] = registry,
): readonly string[] {
  try {
    parsed(change, addons);
    return [];
  } catch (error) {
    const prefix = `${file}: plinth:cluster`;
    const lines = (error as Error).message.split("\n");
    return lines.filter((line) => line.startsWith(prefix)).map((line) => line.slice(prefix.length));
  }
}

/** Sets the value at a dotted path, with maps on the way as needed. */
export function set(path: string, value: unknown): Change {
  return (input) => {
    const keys = path.split(".");
    const parent = keys.slice(0, -1).reduce((map, key) => {
      map[key] ??= {};
      return map[key] as Record<string, unknown>; // the paths of this file go through maps alone
    }, input);
    parent[keys.at(-1) ?? ""] = value;
  };
}

/** Takes the value at a dotted path away. */
export function without(path: string): Change {
  return set(path, undefined);
}
