import { randomBytes } from "node:crypto";
import type { Request } from "./shell-protocol";
import { Disk } from "./simulated-disk";
import { StepError } from "./step-error";

/** A systemd unit as the simulated host runs it. */
export interface SimulatedUnit {
  active: boolean;
  invocation: string;
  startedAt: number;
  /** Checksum of the unit file that systemd has read last. */
  loaded: string;
}

/** What one library function does with a host; a text that it returns is printed. */
export type Verb = (host: SimulatedHost, args: readonly string[], payload: Buffer) => unknown;

/** Functions of the script library by name, with what each does here. */
export type Verbs = Readonly<Record<string, Verb>>;

/** A host of which there is only the state that the script library sees and changes. */
export class SimulatedHost {
  readonly disk = new Disk();
  readonly units = new Map<string, SimulatedUnit>();
  readonly sysctls = new Map<string, string>();
  readonly packages = new Set<string>();
  readonly modules = new Set<string>();
  readonly bootedAt = Date.now() / 1000;
  readonly machineId = randomBytes(16).toString("hex");
  private messages = "";

  constructor(
    readonly name: string,
    readonly address: string,
    private readonly verbs: Verbs,
  ) {}

  /** A line on the standard error of the step that runs. */
  say(line: string): void {
    this.messages += `${line}\n`;
  }

  /** Runs the steps in order until one fails, as `call` of scripts/base.sh does. */
  answer({ marker, steps, payload }: Request): { stdout: string; stderr: string } {
    this.messages = "";
    let stdout = "";
    let status = 0;
    try {
      for (const [name = "", ...args] of steps) {
        const verb = this.verbs[name];
        if (!verb) throw new StepError(`the simulation has no function ${name}`);
        const printed = verb(this, args, payload);
        if (typeof printed === "string") stdout += printed;
      }
    } catch (error) {
      this.say(`@! ${(error as Error).message}`);
      status = 1;
    }
    return { stdout: `${stdout}\n${marker} ${status}\n`, stderr: `${this.messages}\n${marker}\n` };
  }
}
