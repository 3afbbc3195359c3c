#!/usr/bin/env node
import { reset } from "./reset/reset";
import { showPlan, planSummary, up } from "./up/up";

const usage = `usage: plinth COMMAND [OPTION of pulumi]...
  plan [--json]                   what an up would change on hosts and in the cluster, in one summary
  up [--yes] [--skip-preview]     the same summary, then, after a yes, the change itself
  reset HOST... [--cluster NAME]  clears machines of a cluster whose state is gone, after its name was typed
Options such as --stack NAME go to pulumi.`;

async function main([command, ...args]: readonly string[]): Promise<number> {
  if (command === "plan") {
    const json = args.includes("--json");
    const options = args.filter((arg) => arg !== "--json");
    const show = json ? (plan: unknown) => JSON.stringify(plan, undefined, 2) : planSummary;
    return (await showPlan(options, show)).status;
  }
  if (command === "up") return up(args);
  if (command === "reset") return reset(args);
  console.error(usage);
  return command === undefined || command === "--help" ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (status) => (process.exitCode = status),
  (error: unknown) => {
    console.error(`plinth: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  },
);
