import { spawn } from "node:child_process";
import { lockedError } from "./stack-lock";

export interface Finished {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Streams {
  /** Given on standard input; without it the child has the terminal's. */
  readonly input?: string;
  /** Whether the user sees standard output instead of the caller. */
  readonly visible?: boolean;
}

/** Runs the Pulumi CLI; its errors are shown as they come, but that a stack is locked is not. */
export function pulumi(args: readonly string[], streams: Streams = {}): Promise<Finished> {
  const { input, visible = false } = streams;
  return new Promise((resolve, reject) => {
    const child = spawn("pulumi", args, {
      env: process.env,
      stdio: [input === undefined ? "inherit" : "pipe", visible ? "inherit" : "pipe", "pipe"],
    });
    const texts = { stdout: "", stderr: "" };
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (texts.stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      texts.stderr += text;
      if (!texts.stderr.includes(lockedError)) process.stderr.write(text);
    });
    child.stdin?.on("error", () => undefined).end(input);
    // Ctrl-C reaches the child through the terminal; how it ends is awaited
    const ignore = (): void => undefined;
    process.on("SIGINT", ignore);
    child.on("error", (error) => reject(new Error(`can't run pulumi: ${error.message}`)));
    child.on("close", (code) => {
      process.off("SIGINT", ignore);
      resolve({ status: code ?? 1, ...texts });
    });
  });
}
