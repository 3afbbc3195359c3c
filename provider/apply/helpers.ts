/** What hosts do for each other in a run. */
import { helpStatus, type HostCommand, type HostConnection, type LayerHelp } from "../api";
import type { HostLayerInputs } from "../layer/layer-inputs";
import { ConnectionCut, ConnectionError } from "../ssh/connection-errors";
import type { Hosts } from "../ssh/hosts";
import {
  commandEnd,
  commandName,
  commandStep,
  failureText,
  filledIn,
  type Concerned,
} from "./host-command";
import { nameOrder, type Turns } from "./rollout";

export type Hook = keyof LayerHelp;

/** What help needs of a run. */
export interface HelpedRun {
  readonly hosts: Hosts;
  readonly helpers: Helpers;
  readonly signal: AbortSignal;
}

/** A host that may help, and how. */
interface Helper {
  readonly host: HostConnection;
  readonly command: HostCommand;
}

/** The layers of the present config, as far as the engine has shown them in this run. */
export class Helpers {
  private readonly layers = new Map<string, Pick<HostLayerInputs, "host" | "rollout">>();

  register({ host, layer, rollout }: HostLayerInputs): void {
    if (rollout) this.layers.set(`${host.name}/${layer}`, { host, rollout });
  }

  /** How a group takes turns in this run; undefined where the run keeps none of its layers. */
  turnsOf(group: string): Turns | undefined {
    const all = [...this.layers.values()].flatMap(({ rollout }) => rollout ?? []);
    const own = all.filter((rollout) => rollout.group === group);
    const [first] = own;
    if (first === undefined) return undefined;
    const held = own.find((rollout) => rollout.held !== undefined)?.held;
    const { maxUnavailable } = first;
    return { group, maxUnavailable, ...(held !== undefined && { held }) };
  }

  /** Who may help a layer of another host, in the order of names. */
  of(hook: Hook, layer: string, concerned: Concerned): readonly Helper[] {
    return [...this.layers.values()]
      .flatMap(({ host, rollout }): Helper[] => {
        const command = rollout?.help?.[layer]?.[hook];
        const helps = command !== undefined && host.name !== concerned.host;
        return helps ? [{ host, command: filledIn(command, concerned) }] : [];
      })
      .sort((one, other) => nameOrder.compare(one.host.name, other.host.name));
  }
}

/** Has one host after the other asked to help until one is able; nothing happens where nobody could. */
export async function help(
  run: HelpedRun,
  hook: Hook,
  layer: string,
  concerned: Concerned,
  onProgress: (text: string) => void,
): Promise<void> {
  const helpers = run.helpers.of(hook, layer, concerned);
  const unable: string[] = [];
  for (const helper of helpers) {
    onProgress(`${commandName(helper.command.command)} on ${helper.host.name}`);
    const reason = await inability(run, helper, concerned);
    if (reason === undefined) return;
    unable.push(reason);
  }
  if (unable.length > 0)
    throw new Error(`${concerned.host}: no other host can help: ${unable.join("; ")}`);
}

/** Why the host can't help at the moment; undefined when it has. Throws where its command fails. */
async function inability(
  run: HelpedRun,
  { host, command }: Helper,
  concerned: Concerned,
): Promise<string | undefined> {
  const { signal } = run;
  try {
    const step = commandStep("try_command", command);
    const end = commandEnd((await run.hosts.run(host, [step], { signal })).stdout);
    if (end.status === 0) return undefined;
    const reason = failureText(command, end);
    if (end.status === helpStatus.unable) return `${host.name}: ${reason}`;
    throw new Error(`${concerned.host}: ${host.name} could not help: ${reason}`);
  } catch (error) {
    if (error instanceof ConnectionError) return error.problem;
    if (error instanceof ConnectionCut && !signal.aborted) return error.message;
    throw error;
  }
}
