/** Hosts that answer as they are told, for tests of what the provider asks of them and when. */
import type { HostConnection } from "../../../provider/api";
import { layersDirectory } from "../../../provider/layer/manifest";
import { markerFile } from "../../../provider/layer/marker";
import type { LiveHost, PathState, UnitState } from "../../../provider/look/live-state";
import type { Step } from "../../../provider/ssh/framing";
import type { Hosts } from "../../../provider/ssh/hosts";

/** What a command comes to: its end, or the error of the connection. */
export type Answer = { readonly status: number; readonly output?: string } | Error;

/** What a host is told to be. */
export interface Told {
  /** What looks see, one after the other; the last one again and again. */
  readonly looks?: readonly LiveHost[];
  /** The error of every call. */
  readonly error?: Error;
  /** How commands end by their names, one after the other; the last one again and again, 0 where none is told. */
  readonly commands?: Readonly<Record<string, readonly Answer[]>>;
  /** How long it takes to change the host. */
  readonly change?: () => Promise<void>;
}

/** Steps of a change that matter to others. */
const shown = ["place", "pass_gate", "run_command", "launch_units", "forget_layer", "forget_host"];

/** See above; `calls` are commands, and steps that matter to others, as `w1 gate` and `w1 launch_units`. */
export class ToldHosts {
  readonly calls: string[] = [];
  private readonly counts = new Map<string, number>();

  constructor(private readonly told: Readonly<Record<string, Told>>) {}

  /** For whoever takes the real ones. */
  get hosts(): Hosts {
    return this as unknown as Hosts; // `run` is all that is called
  }

  async run({ name }: HostConnection, steps: readonly Step[]): Promise<{ stdout: string }> {
    const { looks = [], error, commands = {}, change } = this.told[name] ?? {};
    if (error) throw error;
    const [verb = "", , command = ""] = steps[0] ?? [];
    if (verb.startsWith("look_")) return { stdout: lookOutput(this.next(`${name} look`, looks)) };
    if (verb === "try_command") {
      this.calls.push(`${name} ${command}`);
      const answer = this.next(`${name} ${command}`, commands[command] ?? [{ status: 0 }]);
      if (answer instanceof Error) throw answer;
      return { stdout: `${answer.status}\n${answer.output ?? ""}\n` };
    }
    const verbs = steps.map(([each]) => each).filter((each) => shown.includes(each));
    this.calls.push(...verbs.map((each) => `${name} ${each}`));
    await change?.();
    return { stdout: "" };
  }

  private next<T>(key: string, told: readonly T[]): T {
    const count = this.counts.get(key) ?? 0;
    this.counts.set(key, count + 1);
    const answer = told[Math.min(count, told.length - 1)];
    if (answer === undefined) throw new Error(`nothing was told about ${key}`);
    return answer;
  }
}

/** The live state as the functions of scripts/look.sh print it. */
function lookOutput(live: LiveHost): string {
  const notes = [...live.manifests].map(
    ([layer, manifest]) => `${layersDirectory}/${layer}.json:${JSON.stringify(manifest)}`,
  );
  const binaries = [...live.binaries].map(([path, { key, sha256 }]) => {
    const { stat } = pathFields(live.paths.get(path));
    return `${layersDirectory}/x.binaries:${[key, sha256, stat, path].join("\t")}`;
  });
  const records = [...live.records].map(
    ([unit, record]) => `/run/plinth/units/${unit}.json:${JSON.stringify(record)}`,
  );
  const marker = live.marker ? [`${markerFile}:${JSON.stringify(live.marker)}`] : [];
  return [
    "@stat",
    ...[...live.paths].map(([path, state]) => statLine(path, state)),
    "@sha256",
    ...[...live.hashes].map(([path, hash]) => `${hash}  ${path}`),
    "@text",
    ...[...marker, ...notes, ...binaries, ...records],
    "@units",
    ...[...live.units].map(([name, state]) => unitBlock(name, state)),
    "",
  ].join("\n");
}

function pathFields(state: PathState | undefined): { fields: string[]; stat: string } {
  const fields = ["1", "1", String(state?.changedAt ?? 0), "1"];
  return { fields, stat: fields.join(" ") };
}

const kinds = {
  file: "regular file",
  directory: "directory",
  link: "symbolic link",
  other: "fifo",
};

function statLine(path: string, state: PathState): string {
  const name = state.target === undefined ? path : `${path} -> ${state.target}`;
  return [kinds[state.kind], state.mode, state.owner, ...pathFields(state).fields, name].join("\t");
}

function unitBlock(name: string, state: UnitState): string {
  const [active = "", sub = ""] = state.state.replace(/[()]/g, "").split(" ");
  const started = new Date((state.startedAt ?? 0) * 1000).toISOString();
  return [
    `Id=${name}`,
    "Type=notify",
    "LoadState=loaded",
    `ActiveState=${active}`,
    `SubState=${sub}`,
    `InvocationID=${state.invocation}`,
    "NeedDaemonReload=no",
    "DropInPaths=",
    `ExecMainStartTimestamp=Thu ${started.slice(0, 19).replace("T", " ")} UTC`,
    "",
  ].join("\n");
}
