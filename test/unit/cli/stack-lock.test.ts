import { spawn } from "node:child_process";
import { hostname } from "node:os";
import { isAbandoned, lockText, stackLocks, type StackLock } from "../../../cli/pulumi/stack-lock";

const since = "2026-03-01T12:30:05+02:00";
const url = "file:///state/.pulumi/locks/organization/plinth/dev/0c1f.json";
const refusal = (...holders: string[]): string =>
  `error: the stack is currently locked by ${holders.length} lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.\n${holders
    .map((holder) => `  ${url}: created by ${holder} at ${since}`)
    .join("\n")}\n`;

test("the holders of a stack's lock are those that Pulumi names", () => {
  const locks = stackLocks(refusal("ann@ops1 (pid 17)", "joe@example.org@ops2 (pid 18)"));
  expect(locks).toEqual([
    { url, user: "ann", machine: "ops1", pid: 17, since: new Date("2026-03-01T10:30:05Z") },
    { url, user: "joe@example.org", machine: "ops2", pid: 18, since: expect.any(Date) },
  ]);
  expect(stackLocks("error: no stack named 'dev' found")).toEqual([]);
});

test("who is refused is told who holds the lock, since when, and what to do", () => {
  const [lock] = stackLocks(refusal("ann@ops1 (pid 17)"));
  expect(lockText(lock!)).toBe(
    "the stack is being changed by ann@ops1 (pid 17) since 2026-03-01 10:30:05 UTC; " +
      "wait for that run, or, if it is gone for good, free the stack with: pulumi cancel",
  );
});

describe("a lock is abandoned", () => {
  const lock = (changes: Partial<StackLock>): StackLock => ({
    ...{ url, user: "ann", machine: hostname(), pid: 2 ** 22 + 1, since: new Date() },
    ...changes,
  });

  test("when its process is gone from this machine", () => {
    expect(isAbandoned(lock({}))).toBe(true);
  });

  test("when its process is another program by now", () => {
    expect(isAbandoned(lock({ pid: process.pid }))).toBe(true);
  });

  test("not while its process is a pulumi", async () => {
    const pulumi = spawn("bash", ["-c", "printf pulumi >/proc/$$/comm; echo; read"]);
    await new Promise((resolve) => pulumi.stdout.once("data", resolve));
    expect(isAbandoned(lock({ pid: pulumi.pid! }))).toBe(false);
    const ended = new Promise((resolve) => pulumi.once("exit", resolve));
    pulumi.stdin.end();
    await ended;
  });

  test("not by what can't be known: another machine's process, a backend that machines share", () => {
    expect(isAbandoned(lock({ machine: "elsewhere" }))).toBe(false);
    expect(isAbandoned(lock({ url: "s3://state/.pulumi/locks/x.json" }))).toBe(false);
  });
});
