import { hasChanges, plan, type Plan } from "../plan/plan";
import { planText } from "../plan/plan-text";
import { errorTexts, previewDigest } from "../plan/preview-digest";
import { operation } from "../pulumi/operation";
import { pulumi, type PulumiResult } from "../pulumi/pulumi";
import { isAbandoned, lockText, stackLocks } from "../pulumi/stack-lock";
import { terminalAnswer } from "../terminal/terminal-answer";

/** Shows what an `up` would change; returns the exit code of the preview. */
export async function showPlan(
  args: readonly string[],
  show: (plan: Plan) => string,
): Promise<{ readonly plan?: Plan; readonly status: number }> {
  const { stdout, status, report } = await operation("plan", ["preview", "--json", ...args]);
  const digest = previewDigest(stdout);
  const errors = digest ? errorTexts(digest) : [];
  errors.forEach((text) => console.error(text));
  if (digest === undefined || errors.length > 0) return { status: status || 1 };
  const found = plan(digest, report?.steps);
  console.log(show(found));
  return { plan: found, status };
}

/** The plan for people. */
export function planSummary(found: Plan): string {
  const warnings = found.warnings.map((warning) => `warning: ${warning}\n`).join("");
  const same = `Nothing to change: ${found.resources.unchanged} resources are as they should be.`;
  return warnings + (hasChanges(found) ? planText(found) : same);
}

/** Shows the plan, asks for confirmation, and applies it; returns the exit code. A test answers in the user's place. */
export async function up(
  args: readonly string[],
  answer = terminalAnswer("--yes"),
): Promise<number> {
  const is = (...names: string[]) => args.some((arg) => names.includes(arg));
  const options = args.filter((arg) => !["--yes", "-y", "--skip-preview", "-f"].includes(arg));
  const continuing: string[] = [];
  if (!is("--skip-preview", "-f")) {
    const { plan: found, status } = await showPlan(options, planSummary);
    if (found === undefined) return status;
    if (!hasChanges(found)) return 0;
    if (mayContinue(found, options)) continuing.push(continueOnError);
  }
  if (!is("--yes", "-y") && !isYes(await answer("Apply these changes? (yes/no) "))) return 1;
  const run = (): Promise<PulumiResult> =>
    pulumi(["up", "--yes", "--skip-preview", ...continuing, ...options], { visible: true });
  const first = await run();
  const locks = stackLocks(first.stderr);
  if (locks.length === 0) return first.status;
  if (!locks.every(isAbandoned)) return refusalStatus(first);
  console.error(
    `plinth: an earlier run was cut off (pid ${locks.map(({ pid }) => pid).join(", ")})`,
  );
  await freeStack(stackOptions(options));
  const second = await run();
  return stackLocks(second.stderr).length > 0 ? refusalStatus(second) : second.status;
}

const continueOnError = "--continue-on-error";

/**
 * Whether a failure need not keep what does not depend on it: deletions come last in a run, and no host
 * shall lose a layer after another one has failed.
 */
function mayContinue({ hosts }: Plan, options: readonly string[]): boolean {
  const actions = Object.values(hosts).flatMap(({ layers }) => Object.values(layers));
  const losesLayers = actions.some((action) => action === "delete" || action === "replace");
  return !losesLayers && !options.some((option) => option.startsWith(continueOnError));
}

function refusalStatus({ stderr, status }: PulumiResult): number {
  stackLocks(stderr).forEach((lock) => console.error(`plinth: ${lockText(lock)}`));
  return status;
}

function isYes(answer: string): boolean {
  return /^y(es)?$/i.test(answer.trim());
}

/**
 * Removes the lock of a dead run, and the operations that it recorded as started: every creation of
 * the program can be repeated, and importing a state is Pulumi's own way to forget them.
 */
async function freeStack(stack: readonly string[]): Promise<void> {
  await successfulOutput(["cancel", "--yes", ...stack]);
  const state = await successfulOutput(["stack", "export", ...stack]);
  if (/"pending_operations": *\[\s*\{/.test(state))
    await successfulOutput(["stack", "import", ...stack], state);
}

async function successfulOutput(args: readonly string[], input = ""): Promise<string> {
  const { status, stdout } = await pulumi(args, { input });
  if (status !== 0) throw new Error(`pulumi ${args.join(" ")} ended with status ${status}`);
  return stdout;
}

/** Those options that name the stack. */
function stackOptions(args: readonly string[]): readonly string[] {
  const names = ["--stack", "-s", "--cwd", "-C"];
  return args.filter(
    (arg, at) =>
      names.includes(arg) ||
      names.includes(args[at - 1] ?? "") ||
      names.some((name) => arg.startsWith(`${name}=`)),
  );
}
