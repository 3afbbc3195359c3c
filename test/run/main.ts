import { join } from "node:path";
import { progressLine } from "../../toolchain/cli";
import { toolchain } from "../../toolchain/toolchain";
import { limitTime } from "./command";
import { goTests } from "./go-tests";
import { jestTests } from "./jest-tests";
import { couldNotRun, sum, type Outcome } from "./outcome";
import { sideBySide, type Say } from "./rows";
import { staticChecks } from "./static-checks";

interface Part {
  /** How long it may take, where that is not the time that the usual ones have together. */
  readonly minutes?: number;
  readonly run: (say: Say) => Promise<Outcome>;
}

/** What needs no host; what is quick to tell a mistake comes first. */
const hostless: Readonly<Record<string, Part>> = {
  static: { run: staticChecks },
  unit: { run: (say) => jestTests("unit", ["unit", "program"], say) },
  plugins: { run: pluginTests },
};

/** The rest of what `npm test` runs, on the hosts of this machine. */
const onHosts: Readonly<Record<string, Part>> = {
  provider: { run: (say) => jestTests("provider", ["provider"], say) },
  e2e: { run: (say) => jestTests("e2e", ["e2e"], say) },
};

/** What takes longer than everyone has patience for: `npm run test:full` runs it, whole or by part. */
const long: Readonly<Record<string, Part>> = {
  etcd: { minutes: 60, run: (say) => jestTests("etcd", ["etcd"], say) },
  hosts: longPart("hosts"),
  updates: longPart("updates"),
  interruption: longPart("interruption"),
  traffic: longPart("traffic"),
  addons: longPart("addons"),
};

/** Rows of parts: a test on hosts waits more than it computes, so the others run meanwhile. */
const rows = [hostless, { ...onHosts, ...long }];

/** The test files of one folder of test/full. */
function longPart(name: string): Part {
  return { minutes: 60, run: (say) => jestTests(name, ["full"], say, `test/full/${name}/`) };
}

/** The plugins' tests, with a real API server for that of Kubernetes. */
async function pluginTests(say: Say): Promise<Outcome> {
  const folders = await toolchain(["etcd", "kubernetes"], (event) => {
    if (event.state !== "cached") say(`  ${progressLine(event)}\n`);
  });
  const binaries = {
    PLINTH_TEST_ETCD: join(folders.etcd, "etcd"),
    PLINTH_TEST_KUBE_APISERVER: join(folders.kubernetes, "kube-apiserver"),
    PLINTH_TEST_KUBE_CONTROLLER_MANAGER: join(folders.kubernetes, "kube-controller-manager"),
  };
  return goTests("toolchain/products/plugins", binaries, say);
}

/** How a part ended, and a line that says so. */
interface PartResult {
  readonly outcome: Outcome;
  readonly line: string;
}

async function partResult(name: string, part: Part, say: Say): Promise<PartResult> {
  say(`${name}:\n`);
  const started = Date.now();
  if (part.minutes !== undefined) limitTime(part.minutes);
  const outcome = await part.run(say).catch((error: unknown) => couldNotRun(String(error), say));
  const seconds = ((Date.now() - started) / 1000).toFixed(1).padStart(7);
  const line = `${name.padEnd(12)}${seconds} s  ${outcome.passed} passed, ${outcome.failed} failed`;
  return { outcome, line };
}

async function rowResults(
  parts: readonly [string, Part][],
  say: Say,
): Promise<readonly PartResult[]> {
  const results: PartResult[] = [];
  for (const [name, part] of parts) results.push(await partResult(name, part, say));
  return results;
}

async function main(args: readonly string[]): Promise<number> {
  const usual = [...Object.keys(hostless), ...Object.keys(onHosts)];
  const all = [...usual, ...Object.keys(long)];
  const named = args.filter((arg) => arg !== "--full");
  const unknown = named.filter((name) => !all.includes(name));
  if (unknown.length > 0) {
    console.error(`unknown part ${unknown.join(", ")}, expected ${all.join(", ")}`);
    return 2;
  }
  const unnamed = args.includes("--full") ? Object.keys(long) : usual;
  const chosen = named.length > 0 ? named : unnamed;
  const chosenRows = rows
    .map((parts) => Object.entries(parts).filter(([name]) => chosen.includes(name)))
    .filter((parts) => parts.length > 0);
  const results = await sideBySide(
    chosenRows.map((parts) => (say) => rowResults(parts, say)),
    (text) => void process.stdout.write(text),
  );
  const parts = results.flat();
  const { passed, failed } = sum(parts.map(({ outcome }) => outcome));
  const lines = parts.map(({ line }) => line).join("\n");
  console.log(`\n${lines}\n\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
