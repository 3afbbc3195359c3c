import { join } from "node:path";
import { progressLine } from "../../toolchain/cli";
import { toolchain } from "../../toolchain/toolchain";
import { command } from "./command";
import { goTests } from "./go-tests";
import { jestTests } from "./jest-tests";
import { couldNotRun, sum, type Outcome } from "./outcome";
import { staticChecks } from "./static-checks";

/** In the order in which they run: what is quick to tell a mistake comes first. */
const parts: Readonly<Record<string, () => Promise<Outcome>>> = {
  static: staticChecks,
  unit: () => jestTests("unit", "program"),
  plugins: pluginTests,
  provider: providerTests,
  e2e: () => clusterTests("e2e"),
  full: () => clusterTests("full"),
};

/** What takes longer than everyone has patience for: it runs only where it is named, or with `--full`. */
const long: readonly string[] = ["full"];

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

/** The provider's tests, on the hosts that their own stack config names. */
async function providerTests(): Promise<Outcome> {
  const up = ["dist/lab.js", "up", "--stack", "test/provider/Pulumi.provider.yaml"];
  const { status } = await command("node", up, { visible: true });
  if (status !== 0) return couldNotRun(`the lab made no hosts, it ended with status ${status}`);
  return jestTests("provider");
}

/** Tests that make clusters of their own, on hosts that find binaries and images served. */
async function clusterTests(project: string): Promise<Outcome> {
  const { status } = await command("node", ["dist/lab.js", "serve"], { visible: true });
  if (status !== 0) return couldNotRun(`the lab serves nothing, it ended with status ${status}`);
  return jestTests(project);
}

async function main(args: readonly string[]): Promise<number> {
  const named = args.filter((arg) => arg !== "--full");
  const unknown = named.filter((name) => !(name in parts));
  if (unknown.length > 0) {
    console.error(`unknown part ${unknown.join(", ")}, expected ${Object.keys(parts).join(", ")}`);
    return 2;
  }
  const usual = Object.keys(parts).filter(
    (name) => args.includes("--full") || !long.includes(name),
  );
  const chosen = named.length > 0 ? named : usual;
  const lines: string[] = [];
  const outcomes: Outcome[] = [];
  for (const [name, run] of Object.entries(parts)) {
    if (!chosen.includes(name)) continue;
    console.log(`${name}:`);
    const started = Date.now();
    const outcome = await run().catch((error: unknown) => couldNotRun(String(error)));
    outcomes.push(outcome);
    const seconds = ((Date.now() - started) / 1000).toFixed(1).padStart(7);
    lines.push(`${name.padEnd(9)}${seconds} s  ${outcome.passed} passed, ${outcome.failed} failed`);
  }
  const { passed, failed } = sum(outcomes);
  console.log(`\n${lines.join("\n")}\n\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
