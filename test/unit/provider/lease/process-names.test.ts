import { spawn } from "node:child_process";
import { areGone, processNames } from "../../../../provider/lease/process-names";

test("processes that run are not gone, and one that has ended takes all with it", async () => {
  const child = spawn("cat");
  const names = processNames(process.pid, child.pid!);
  expect(areGone(names)).toBe(false);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
  expect(areGone(names)).toBe(true);
  expect(areGone(processNames(process.pid))).toBe(false);
});

test("another process of the same number is not the one of that name", () => {
  expect(areGone(processNames(process.pid).replace(/\d+$/, "1"))).toBe(true);
});

test("nothing is known of processes of another machine, boot or container", () => {
  const ended = processNames(2 ** 22 + 1);
  expect(areGone(ended)).toBe(true);
  expect(areGone(ended.replace(/^\S+/, "elsewhere"))).toBe(false);
  expect(areGone(undefined)).toBe(false);
});
