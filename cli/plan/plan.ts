/** What an `up` would do to hosts and cluster: the summary behind `plinth plan`. */
import {
  parsedRestartNotes,
  type RestartNotes,
  type UnitVerb,
} from "../../provider/plan/restart-notes";
import { hostLayerToken } from "../../provider/api";
import type { OperationStep } from "../../components/operations/report";
import { lastSteps, urnParts, type PreviewDigest, type PreviewStep } from "./preview-digest";

export type Action = "create" | "update" | "replace" | "delete";

/** What `plinth plan --json` prints. Fields are added, never renamed, while `version` stays. */
export interface Plan {
  readonly version: 1;
  /** Numbers of resources of all kinds. */
  readonly resources: Readonly<Record<Action | "unchanged", number>>;
  /** Every host on which something changes, by name. */
  readonly hosts: Readonly<Record<string, HostPlan>>;
  readonly apiServers: Interruption;
  readonly etcdMembers: Interruption;
  /** Hosts that are drained before they change or leave. */
  readonly drains: readonly string[];
  /** Objects in the cluster as `Kind namespace/name`. */
  readonly addons: Readonly<Record<Action, readonly string[]>>;
  /** What is decided beside these changes, and why: who joins, leaves, is left alone or held. */
  readonly steps: readonly OperationStep[];
  readonly warnings: readonly string[];
}

export interface HostPlan extends Readonly<Record<UnitVerb, readonly string[]>> {
  /** What happens to each layer of the host. */
  readonly layers: Readonly<Record<string, Action>>;
}

/** Hosts on which a unit is restarted or stopped, and on how many of them at the same time. */
export interface Interruption {
  readonly hosts: readonly string[];
  readonly atATime: number;
}

const actions: Readonly<Record<string, Action>> = {
  create: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
};

interface Change {
  readonly step: PreviewStep;
  readonly action: Action;
  readonly type: string;
}

/** The plan that a preview's digest holds, with the steps that the program reported. */
export function plan(digest: PreviewDigest, steps: readonly OperationStep[] = []): Plan {
  const changes = lastSteps(digest).flatMap((step): Change[] => {
    const action = actions[step.op];
    const { type } = urnParts(step.urn);
    return action === undefined ? [] : [{ step, action, type }];
  });
  const layers = changes.filter(({ type }) => type === hostLayerToken);
  const lines = restartNotes(digest, layers);
  return {
    version: 1,
    resources: resourceNumbers(digest, changes),
    hosts: hostPlans(layers, lines),
    apiServers: interruption("kube-apiserver", lines),
    etcdMembers: interruption("etcd", lines),
    drains: drainedHosts(layers, lines, steps),
    addons: addonChanges(changes),
    steps,
    warnings: (digest.diagnostics ?? [])
      .filter(({ severity }) => severity === "warning")
      .map(({ message = "" }) => message.replace(/^warning: /, "").trim()),
  };
}

/** Whether an `up` would change anything. */
export function hasChanges({ resources }: Plan): boolean {
  return Object.values(actions).some((action) => resources[action] > 0);
}

function resourceNumbers(digest: PreviewDigest, changes: readonly Change[]): Plan["resources"] {
  const number = (wanted: Action): number =>
    changes.filter(({ action, type }) => action === wanted && type !== "pulumi:pulumi:Stack")
      .length;
  return {
    create: number("create"),
    update: number("update"),
    replace: number("replace"),
    delete: number("delete"),
    unchanged: digest.changeSummary?.same ?? 0,
  };
}

/** What the provider reports of its changes; a layer that is removed stops its units. */
function restartNotes(digest: PreviewDigest, layers: readonly Change[]): readonly RestartNotes[] {
  const reported = (digest.diagnostics ?? []).flatMap(
    ({ message = "" }) => parsedRestartNotes(message.replace(/^info: /, "")) ?? [],
  );
  const removed = layers
    .filter(({ action }) => action === "delete" || action === "replace")
    .map(({ step }) => {
      const units = step.oldState?.inputs?.unitOrder;
      const stops = Array.isArray(units) ? units.map(unitName) : [];
      return { host: place(step).host, units: { stops } };
    });
  return [...reported, ...removed];
}

function unitName(unit: unknown): string {
  return String(unit).replace(/\.service$/, "");
}

function place({ oldState, newState }: PreviewStep): { host: string; layer: string } {
  const { host, layer } = (newState ?? oldState)?.inputs ?? {};
  const name = typeof host === "object" && host !== null && "name" in host ? host.name : host;
  return { host: String(name), layer: String(layer) };
}

function hostPlans(layers: readonly Change[], lines: readonly RestartNotes[]): Plan["hosts"] {
  const names = [...new Set(layers.map(({ step }) => place(step).host))].sort();
  const units = (host: string, verb: UnitVerb): string[] =>
    lines.filter((line) => line.host === host).flatMap((line) => line.units[verb] ?? []);
  return Object.fromEntries(
    names.map((host) => {
      const own = layers.filter(({ step }) => place(step).host === host);
      const changed = own.map(({ step, action }) => [place(step).layer, action] as const);
      const of = (verb: UnitVerb): string[] => units(host, verb);
      return [
        host,
        {
          layers: Object.fromEntries(changed),
          restarts: of("restarts"),
          reloads: of("reloads"),
          stops: of("stops"),
          starts: of("starts"),
        },
      ];
    }),
  );
}

function interruption(unit: string, lines: readonly RestartNotes[]): Interruption {
  const hit = lines.filter(
    ({ units }) => units.restarts?.includes(unit) === true || units.stops?.includes(unit) === true,
  );
  const hosts = [...new Set(hit.map(({ host }) => host))].sort();
  // without a turn nothing keeps the hosts from changing at once
  const limits = hit.map(({ turn }) => turn?.maxUnavailable ?? hosts.length);
  return { hosts, atATime: Math.min(hosts.length, Math.max(0, ...limits)) };
}

function drainedHosts(
  layers: readonly Change[],
  lines: readonly RestartNotes[],
  steps: readonly OperationStep[],
): readonly string[] {
  const changing = lines.filter(({ turn }) => (turn?.before ?? "").includes(" drain "));
  const leaving = layers
    .filter(({ action, step }) => action === "delete" && place(step).layer === "node")
    .map(({ step }) => place(step).host);
  const lost = steps.filter(({ action }) => action === "forget").map(({ host }) => host);
  const drained = [...changing.map(({ host }) => host), ...leaving];
  return [...new Set(drained)].filter((host) => !lost.includes(host)).sort();
}

function addonChanges(changes: readonly Change[]): Plan["addons"] {
  const objects = changes.filter(({ type }) => type.startsWith("kubernetes:"));
  const named = (wanted: Action): string[] =>
    objects.filter(({ action }) => action === wanted).map(objectTitle);
  return {
    create: named("create"),
    update: named("update"),
    replace: named("replace"),
    delete: named("delete"),
  };
}

function objectTitle({ step, type }: Change): string {
  const inputs = (step.newState ?? step.oldState)?.inputs;
  // a Helm release is no object: its name is an input of its own
  const named = inputs?.metadata ?? inputs;
  const { name, namespace } = { ...(named as Readonly<Record<string, unknown>> | undefined) };
  const title = typeof name === "string" ? name : urnParts(step.urn).name;
  const path = typeof namespace === "string" ? `${namespace}/${title}` : title;
  return `${type.split(":").at(-1) ?? type} ${path}`;
}
