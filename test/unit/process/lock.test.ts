import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withLock } from "../../../process/lock";

const folder = mkdtempSync(join(tmpdir(), "plinth-lock-"));
const file = join(folder, "run", "lock");
const silent = (): void => undefined;

afterAll(() => rmSync(folder, { recursive: true }));

test("one at a time, and the file says who", async () => {
  const order: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    order.push(`${name} begins`);
    expect(readFileSync(file, "utf8")).toBe(`${process.pid}\n`);
    if (order.length === 1) await lockWaiter(); // the other one, while this one has the lock
    order.push(`${name} ends`);
  };
  await Promise.all([withLock(file, silent, work("one")), withLock(file, silent, work("two"))]);
  const [first = ""] = order;
  const [one, two] = first.startsWith("one") ? ["one", "two"] : ["two", "one"];
  expect(order).toEqual([`${one} begins`, `${one} ends`, `${two} begins`, `${two} ends`]);
});

test("a lock whose work failed is free again, and the failure is told", async () => {
  const failing = () => Promise.reject(new Error("broken work"));
  await expect(withLock(file, silent, failing)).rejects.toThrow("broken work");
  expect(await withLock(file, silent, () => Promise.resolve("free"))).toBe("free");
});

test("a lock that its holder removed with the folder is not held twice", async () => {
  const order: string[] = [];
  const work = async (): Promise<void> => {
    order.push("begins");
    if (order.length === 1) await lockWaiter();
    order.push("ends");
  };
  const later: Promise<void>[] = [];
  await withLock(file, silent, async () => {
    later.push(withLock(file, silent, work));
    await lockWaiter();
    rmSync(join(folder, "run"), { recursive: true });
  });
  later.push(withLock(file, silent, work));
  await Promise.all(later);
  expect(order).toEqual(["begins", "ends", "begins", "ends"]);
});

test("a folder that its holder removed is made again for who waits", async () => {
  let waiter: Promise<string> | undefined;
  await withLock(file, silent, async () => {
    waiter = withLock(file, silent, () => Promise.resolve(readFileSync(file, "utf8")));
    await lockWaiter();
    rmSync(join(folder, "run"), { recursive: true });
  });
  expect(await waiter).toBe(`${process.pid}\n`);
});

test("who waits is told the holder's number", async () => {
  const told: string[] = [];
  const work = (): Promise<void> => Promise.resolve();
  const waiting: Promise<void>[] = [];
  await withLock(file, silent, () => {
    jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask"] });
    waiting.push(withLock(file, (holder) => told.push(holder), work));
    jest.advanceTimersByTime(999);
    expect(told).toEqual([]);
    jest.advanceTimersByTime(1);
    jest.useRealTimers();
    return work();
  });
  await Promise.all(waiting);
  expect(told).toEqual([String(process.pid)]);
});

test("a file that can't be locked is an error, not an endless wait", async () => {
  writeFileSync(join(folder, "plain"), "");
  await expect(
    withLock(join(folder, "plain", "lock"), silent, () => Promise.resolve()),
  ).rejects.toThrow("plain");
});

/** Resolves when a process waits for the lock: the kernel lists it below the one that has it. */
async function lockWaiter(): Promise<void> {
  const waiting = new RegExp(`-> FLOCK .*:${statSync(file).ino} `);
  const deadline = Date.now() + 10_000;
  while (!waiting.test(readFileSync("/proc/locks", "utf8"))) {
    if (Date.now() > deadline) throw new Error(`nobody waits for ${file}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
