import { existsSync } from "node:fs";
import { command } from "./command";
import { couldNotRun, type Outcome } from "./outcome";
import type { Say } from "./rows";

/** A line of `go test -json`: https://pkg.go.dev/cmd/test2json */
interface GoEvent {
  readonly Action: string;
  readonly Package?: string;
  readonly Test?: string;
  readonly Output?: string;
}

/** The Go tests of a module; subtests count as parts of their test. */
export async function goTests(
  cwd: string,
  environment: Readonly<Record<string, string>>,
  say: Say,
): Promise<Outcome> {
  if (!existsSync(cwd)) return couldNotRun(`${cwd} does not exist`, say);
  // As the toolchain builds them, so that go compiles what they import once.
  const { status, output } = await command(
    "go",
    ["test", "-json", "-trimpath", "-timeout", "5m", "./..."],
    { cwd, environment: { ...environment, CGO_ENABLED: "0" } },
  );
  const events = output.split("\n").flatMap(goEvent);
  const tests = events.filter(({ Test }) => Test !== undefined && !Test.includes("/"));
  const count = (action: string) => tests.filter(({ Action }) => Action === action).length;
  const [passed, failed, skipped] = [count("pass"), count("fail"), count("skip")];
  for (const { Package, Test, Action } of tests) {
    if (Action === "pass") say(`  ✓ ${String(Package)} ${String(Test)}\n`);
  }
  if (status !== 0) say(`${failures(events, output)}\n`);
  if (skipped > 0) say(`  ! ${skipped} skipped, counted as neither passed nor failed\n`);
  if (passed + failed === 0) return couldNotRun(`go test ran no tests in ${cwd}`, say);
  return { passed, failed: failed === 0 && status !== 0 ? 1 : failed };
}

function goEvent(line: string): readonly GoEvent[] {
  try {
    return [JSON.parse(line) as GoEvent]; // each line is an event, or text of the compiler
  } catch {
    return [];
  }
}

/** Output of packages and tests that failed or did not end, and what the compiler said. */
function failures(events: readonly GoEvent[], output: string): string {
  const named = (...actions: readonly string[]) =>
    events
      .filter(({ Action }) => actions.includes(Action))
      .map(({ Package, Test }) => `${Package} ${Test}`);
  const failed = new Set(named("run", "start", "fail"));
  for (const name of named("pass", "skip")) failed.delete(name);
  const outputs = events
    .filter(
      ({ Package, Test, Action }) => Action.endsWith("output") && failed.has(`${Package} ${Test}`),
    )
    .map((event) => event.Output ?? "");
  const compiler = output.split("\n").filter((line) => line !== "" && goEvent(line).length === 0);
  return [...outputs, ...compiler.map((line) => `${line}\n`)].join("");
}
