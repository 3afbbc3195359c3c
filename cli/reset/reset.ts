import type { ResetHost, ResetRequest } from "../../components/operations/report";
import { errorTexts, previewDigest } from "../plan/preview-digest";
import { resetRun } from "../pulumi/operation";
import { terminalAnswer, type Answer } from "../terminal/terminal-answer";

/** What the command line asks for. */
interface ResetCommand {
  readonly hosts: readonly string[];
  /** Named in advance, so that nobody is asked. */
  readonly cluster?: string;
  /** Of pulumi. */
  readonly options: readonly string[];
}

/**
 * Clears machines of a cluster whose state is gone: shows what is there, asks for the cluster's name, and
 * takes all of it away. Returns the exit code. A test answers in the user's place.
 */
export async function reset(
  args: readonly string[],
  answer: Answer = terminalAnswer("--cluster NAME"),
): Promise<number> {
  const { hosts, cluster, options } = resetCommand(args);
  const found = await report({ hosts }, options);
  if (found === undefined || isRefused(found)) return 1;
  console.log(
    `These hosts would be cleared, etcd's data and pods' volumes included:\n${found.map(hostText).join("\n")}`,
  );
  const name = cluster ?? (await answer("The name of the cluster, to clear them: ")).trim();
  const other = found.find(({ marker }) => marker?.cluster !== name);
  if (other !== undefined) {
    const belongs = `${other.host} belongs to the cluster ${other.marker?.cluster ?? ""}`;
    console.error(`plinth: ${belongs}, got the name ${JSON.stringify(name)}; nothing was changed`);
    return 1;
  }
  const done = await report({ hosts, cluster: name }, options);
  if (done === undefined) return 1;
  const cleared = done.filter(({ cleared }) => cleared).map(({ host }) => host);
  if (cleared.length > 0) console.log(`Cleared: ${cleared.join(", ")}.`);
  return isRefused(done) ? 1 : 0;
}

/** Hosts come first, for an option of pulumi may have a value that looks like one. */
function resetCommand(args: readonly string[]): ResetCommand {
  const first = args.findIndex((arg) => arg.startsWith("-"));
  const hosts = first === -1 ? args : args.slice(0, first);
  if (hosts.length === 0) throw new Error("reset: no host is named, expected plinth reset HOST...");
  const rest = args.slice(hosts.length);
  const at = rest.findIndex((arg) => arg === "--cluster" || arg.startsWith("--cluster="));
  if (at === -1) return { hosts, options: rest };
  const [, inline] = /^--cluster=(.*)$/.exec(rest[at] ?? "") ?? [];
  const cluster = inline ?? rest[at + 1];
  if (!cluster) throw new Error("reset: --cluster has no value, expected the cluster's name");
  const options = rest.toSpliced(at, inline === undefined ? 2 : 1);
  return { hosts, cluster, options };
}

/** What the program reports; errors in its place are shown. */
async function report(
  request: ResetRequest,
  options: readonly string[],
): Promise<readonly ResetHost[] | undefined> {
  const { stdout, report: told } = await resetRun(request, options);
  if (told !== undefined) return told.hosts;
  const digest = previewDigest(stdout);
  for (const text of digest === undefined ? [] : errorTexts(digest)) console.error(text);
  return undefined;
}

function isRefused(hosts: readonly ResetHost[]): boolean {
  const refused = hosts.filter(({ refusal }) => refusal !== undefined);
  for (const { host, refusal = "" } of refused) console.error(`plinth: ${host}: ${refusal}`);
  return refused.length > 0;
}

function hostText({ host, marker, layers }: ResetHost): string {
  const { cluster = "", id = "none", host: name = host } = marker ?? {};
  const parts = layers.length === 0 ? "no layers" : `layers ${layers.join(", ")}`;
  return `  ${host}: host ${name} of the cluster ${cluster}, id ${id}; ${parts}`;
}
