import type { UnitVerb } from "../../provider/plan/restart-notes";
import type { Interruption, Plan } from "./plan";

/** The plan as people read it, a subject a line. */
export function planText(plan: Plan): string {
  const { resources, hosts, addons } = plan;
  const touched = Object.keys(hosts);
  const counted = Object.entries(resources).filter(([, number]) => number > 0);
  const rows = {
    resources: counted.map(([action, number]) => `${number} ${words[action] ?? action}`).join(", "),
    "hosts touched": numbered(touched),
    "units restarted": units(plan, "restarts"),
    "units reloaded": units(plan, "reloads"),
    "units stopped": units(plan, "stops"),
    "units started": units(plan, "starts"),
    "nodes drained": numbered(plan.drains),
    "API servers down": interrupted(plan.apiServers),
    "etcd members down": interrupted(plan.etcdMembers),
    "add-ons": objects(addons),
  };
  const lines = Object.entries(rows).map(([name, text]) => `  ${name.padEnd(19)}${text}`);
  return `This run would change:\n${lines.join("\n")}`;
}

const words: Readonly<Record<string, string>> = {
  create: "to create",
  update: "to update",
  replace: "to replace",
  delete: "to delete",
};

/** Names of what changes; new ones are counted. */
function objects({ create, ...others }: Plan["addons"]): string {
  const made = create.length > 0 ? [`${create.length} to create`] : [];
  const changed = Object.entries(others).flatMap(([action, names]) =>
    names.length > 0 ? [`${names.length} ${words[action] ?? action} (${names.join(", ")})`] : [],
  );
  return [...made, ...changed].join(", ") || "none";
}

function numbered(names: readonly string[]): string {
  return names.length > 0 ? `${names.length} (${names.join(", ")})` : "none";
}

function units({ hosts }: Plan, verb: UnitVerb): string {
  return numbered(
    Object.entries(hosts).flatMap(([host, plan]) => plan[verb].map((unit) => `${unit} on ${host}`)),
  );
}

function interrupted({ hosts, atATime }: Interruption): string {
  return hosts.length > 0 ? `${numbered(hosts)}, ${atATime} at a time` : "none";
}
