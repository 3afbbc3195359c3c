import type { UnitVerb } from "../../provider/plan/restart-notes";
import type { OperationStep } from "../../components/operations/report";
import type { Interruption, Plan } from "./plan";

/** The plan as people read it, a subject a line. */
export function planText(plan: Plan): string {
  const { resources, hosts, addons } = plan;
  const touched = Object.keys(hosts);
  const counted = Object.entries(resources).filter(([, number]) => number > 0);
  const rows = {
    resources: counted.map(([action, number]) => `${number} ${words[action] ?? action}`).join(", "),
    "hosts touched": countedNames(touched),
    "units restarted": unitText(plan, "restarts"),
    "units reloaded": unitText(plan, "reloads"),
    "units stopped": unitText(plan, "stops"),
    "units started": unitText(plan, "starts"),
    "nodes drained": countedNames(plan.drains),
    "API servers down": interruptionText(plan.apiServers),
    "etcd members down": interruptionText(plan.etcdMembers),
    "add-ons": addonText(addons),
  };
  const lines = Object.entries({ ...rows, ...stepRows(plan) }).map(
    ([name, text]) => `  ${name.padEnd(19)}${text}`,
  );
  return `This run would change:\n${lines.join("\n")}`;
}

/** Only where there is something to say of it. */
function stepRows({ steps }: Plan): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(stepTitles).flatMap(([action, title]) => {
      const own = steps.filter((step) => step.action === action);
      if (own.length === 0) return [];
      return [
        [title, `${own.length} (${own.map((step) => `${step.host}: ${step.reason}`).join("; ")})`],
      ];
    }),
  );
}

const stepTitles: Readonly<Record<OperationStep["action"], string>> = {
  join: "hosts joining",
  skip: "hosts left alone",
  forget: "hosts lost",
  add: "etcd joins",
  leave: "etcd leaves",
  move: "etcd moves",
  hold: "etcd held",
};

const words: Readonly<Record<string, string>> = {
  create: "to create",
  update: "to update",
  replace: "to replace",
  delete: "to delete",
};

/** Names of what changes; new ones are counted. */
function addonText({ create, ...others }: Plan["addons"]): string {
  const made = create.length > 0 ? [`${create.length} to create`] : [];
  const changed = Object.entries(others).flatMap(([action, names]) =>
    names.length > 0 ? [`${names.length} ${words[action] ?? action} (${names.join(", ")})`] : [],
  );
  return [...made, ...changed].join(", ") || "none";
}

function countedNames(names: readonly string[]): string {
  return names.length > 0 ? `${names.length} (${names.join(", ")})` : "none";
}

function unitText({ hosts }: Plan, verb: UnitVerb): string {
  return countedNames(
    Object.entries(hosts).flatMap(([host, plan]) => plan[verb].map((unit) => `${unit} on ${host}`)),
  );
}

function interruptionText({ hosts, atATime }: Interruption): string {
  return hosts.length > 0 ? `${countedNames(hosts)}, ${atATime} at a time` : "none";
}
