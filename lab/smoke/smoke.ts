import { randomBytes } from "node:crypto";
import { LabError } from "../machine/lab-error";
import { pause } from "../machine/process";
import { type Kubectl, kubectl, kubectlResult } from "./kubectl";
import { smokeManifests, workload } from "./manifests";

/** A pod of the check and where it runs. */
interface SmokePod {
  readonly name: string;
  readonly node: string;
  readonly ip: string;
}

const deadlineSeconds = 30;

/**
 * Uses a cluster as its users would: a workload on every node that takes pods, reached between pods,
 * by service name and from outside through every node; exec and logs. Removes what it made.
 */
export async function smoke(tool: Kubectl, image: string): Promise<string> {
  const namespace = `plinth-smoke-${randomBytes(3).toString("hex")}`;
  try {
    const manifests = JSON.stringify(smokeManifests(namespace, image));
    await kubectl(tool, "smoke: objects are refused", ["apply", "-f", "-"], manifests);
    const pods = await runningPods(tool, namespace);
    const addresses = await nodeAddresses(tool);
    const port = await nodePort(tool, namespace);
    await Promise.all([
      ...pods.map((pod) => checkFromPod(tool, namespace, pod, pods)),
      ...addresses.map(({ node, address }) => checkFromOutside(node, `http://${address}:${port}/`)),
    ]);
    return (
      `${pods.length} pods reach each other, the service by name, ` +
      `and ${addresses.length} nodes answer on port ${port}`
    );
  } finally {
    await kubectlResult(tool, [
      "delete",
      "namespace",
      namespace,
      "--ignore-not-found",
      "--wait=false",
    ]);
  }
}

async function runningPods(tool: Kubectl, namespace: string): Promise<SmokePod[]> {
  const at = ["--namespace", namespace];
  const rollout = ["rollout", "status", `daemonset/${workload}`, "--timeout=150s", ...at];
  const rolled = await kubectlResult(tool, rollout);
  if (rolled.status !== 0) {
    const events = await kubectlResult(tool, ["get", "events", "--sort-by=.lastTimestamp", ...at]);
    const last = events.stdout.trim().split("\n").slice(-5).join("\n");
    throw new LabError(`smoke: not every pod is ready: ${rolled.stderr.trim()}\n${last}`);
  }
  const columns = "{.metadata.name} {.spec.nodeName} {.status.podIP}";
  const rows = await items(tool, ["pods", ...at], columns);
  if (rows.length === 0) throw new LabError("smoke: no node takes pods: all are tainted");
  return rows.map(([name = "", node = "", ip = ""]) => ({ name, node, ip }));
}

async function nodeAddresses(tool: Kubectl): Promise<{ node: string; address: string }[]> {
  const columns = '{.metadata.name} {.status.addresses[?(@.type=="InternalIP")].address}';
  const rows = await items(tool, ["nodes"], columns);
  return rows.map(([node = "", address = ""]) => ({ node, address }));
}

async function nodePort(tool: Kubectl, namespace: string): Promise<string> {
  const output = ["--output", "jsonpath={.spec.ports[0].nodePort}"];
  const args = ["get", "service", workload, "--namespace", namespace, ...output];
  return (await kubectl(tool, "smoke: the service is gone", args)).trim();
}

/** Rows of space-separated fields, one for every object. */
async function items(tool: Kubectl, what: readonly string[], columns: string): Promise<string[][]> {
  const template = `jsonpath={range .items[*]}${columns.replaceAll("} {", '}{" "}{')}{"\\n"}{end}`;
  const output = await kubectl(tool, `smoke: ${what[0] ?? ""} cannot be listed`, [
    "get",
    ...what,
    "--output",
    template,
  ]);
  return output
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => line.split(" "));
}

async function checkFromPod(
  tool: Kubectl,
  namespace: string,
  from: SmokePod,
  pods: readonly SmokePod[],
): Promise<void> {
  const exec = (...command: string[]) =>
    kubectlResult(tool, ["exec", from.name, "--namespace", namespace, "--", "/smoke", ...command]);
  const place = `smoke: from pod ${from.name} on ${from.node}`;
  for (const to of pods) {
    await eventually(
      `${place}: pod ${to.name} on ${to.node} (${to.ip}) does not answer`,
      async () => {
        const { stdout, stderr } = await exec("fetch", `http://${to.ip}:8080/`);
        return stdout.trim() === `${to.name} ${to.node}`
          ? undefined
          : stderr.trim() || stdout.trim();
      },
    );
  }
  await eventually(`${place}: kubernetes.default does not resolve`, async () => {
    const { status, stderr } = await exec("resolve", "kubernetes.default");
    return status === 0 ? undefined : stderr.trim();
  });
  const urls = Array.from({ length: pods.length * 8 }, () => `http://${workload}/`);
  await eventually(`${place}: service ${workload} does not reach every pod`, async () => {
    const { stdout, stderr } = await exec("fetch", ...urls);
    const silent = silentPods(stdout, pods);
    return silent.length === 0 ? undefined : `${silent.join(", ")} never answered ${stderr.trim()}`;
  });
  const logs = await kubectl(tool, `${place}: no logs`, ["logs", from.name, "-n", namespace]);
  if (!logs.includes("listening on")) throw new LabError(`${place}: its logs are not its own`);
}

/** The pods that are in none of the answers. */
export function silentPods(answers: string, pods: readonly { readonly name: string }[]): string[] {
  const answered = new Set(answers.split("\n").map((line) => line.split(" ")[0]));
  return pods.map(({ name }) => name).filter((name) => !answered.has(name));
}

async function checkFromOutside(node: string, url: string): Promise<void> {
  await eventually(`smoke: from outside, ${node} does not answer at ${url}`, async () => {
    try {
      const response = await fetch(url, {
        signal: AbortSignal.timeout(3000),
        headers: { connection: "close" },
      });
      return response.ok ? undefined : `status ${response.status}`;
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      return String(cause);
    }
  });
}

/** Repeats a check until it returns nothing; throws with the last reason at the deadline. */
async function eventually(claim: string, check: () => Promise<string | undefined>): Promise<void> {
  const deadline = Date.now() + deadlineSeconds * 1000;
  for (;;) {
    const reason = await check();
    if (reason === undefined) return;
    if (Date.now() > deadline) throw new LabError(`${claim} (${deadlineSeconds} s): ${reason}`);
    await pause(500);
  }
}
