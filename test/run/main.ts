import { join } from "node:path";
import { progressLine } from "../../toolchain/cli";
import { toolchain } from "../../toolchain/toolchain";
import { limitTime } from "./command";
import { goTests } from "./go-tests";
import { jestTests } from "./jest-tests";
import { couldNotRun, sum, type Outcome } from "./outcome";
import { staticChecks } from "./static-checks";

interface Part {
  /** How long it may take, where that is not the time that the usual ones have together. */
  readonly minutes?: number;
  readonly run: () => Promise<Outcome>;
}

/** What `npm test` runs, in this order: what is quick to tell a mistake comes first. */
const usual: Readonly<Record<string, Part>> = {
  static: { run: staticChecks },
  unit: { run: () => jestTests("unit", ["unit", "program"]) },
  plugins: { run: pluginTests },
  provider: { run: () => jestTests("provider", ["provider"]) },
  e2e: { run: () => jestTests("e2e", ["e2e"]) },
};

/** What takes longer than everyone has patience for: `npm run test:full` runs it, whole or by part. */
const long: Readonly<Record<string, Part>> = {
  updates: longPart("updates"),
  interruption: longPart("interruption"),
  traffic: longPart("traffic"),
  addons: longPart("addons"),
};

/** The test files of one folder of test/full. */
function longPart(name: string): Part {
  return { minutes: 60, run: () => jestTests(name, ["full"], `test/full/${name}/`) };
}

/** The plugins' tests, with a real API server for that of Kubernetes. */
async function pluginTests(): Promise<Outcome> {
  const folders = await toolchain(["etcd", "kubernetes"], (event) => {
    if (event.state !== "cached") console.log(`  ${progressLine(event)}`);
  });
  return goTests("toolchain/products/plugins", {
    PLINTH_TEST_ETCD: join(folders.etcd, "etcd"),
    PLINTH_TEST_KUBE_APISERVER: join(folders.kubernetes, "kube-apiserver"),
    PLINTH_TEST_KUBE_CONTROLLER_MANAGER: join(folders.kubernetes, "kube-controller-manager"),
  });
}

async function main(args: readonly string[]): Promise<number> {
  const parts = { ...usual, ...long };
  const named = args.filter((arg) => arg !== "--full");
  const unknown = named.filter((name) => !(name in parts));
  if (unknown.length > 0) {
    console.error(`unknown part ${unknown.join(", ")}, expected ${Object.keys(parts).join(", ")}`);
    return 2;
  }
  const chosen = named.length > 0 ? named : Object.keys(args.includes("--full") ? long : usual);
  const lines: string[] = [];
  const outcomes: Outcome[] = [];
  for (const [name, part] of Object.entries(parts)) {
    if (!chosen.includes(name)) continue;
    console.log(`${name}:`);
    const started = Date.now();
    if (part.minutes !== undefined) limitTime(part.minutes);
    const outcome = await part.run().catch((error: unknown) => couldNotRun(String(error)));
    outcomes.push(outcome);
    const seconds = ((Date.now() - started) / 1000).toFixed(1).padStart(7);
    lines.push(
      `${name.padEnd(12)}${seconds} s  ${outcome.passed} passed, ${outcome.failed} failed`,
    );
  }
  const { passed, failed } = sum(outcomes);
  console.log(`\n${lines.join("\n")}\n\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
