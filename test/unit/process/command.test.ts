import { runCommand, startCommand } from "../../../process/command";
import { processStat } from "../../../process/process-stat";

test("a command's streams are collected apart, and in the order in which they came", async () => {
  const script = "echo one; sleep 0.05; echo two >&2; exit 3";
  expect(await runCommand("sh", ["-c", script])).toMatchObject({
    status: 3,
    stdout: "one\n",
    stderr: "two\n",
    output: "one\ntwo\n",
    timedOut: false,
  });
});

test("text is given on standard input; without it there is nothing to read", async () => {
  expect((await runCommand("cat", [], { input: "text" })).stdout).toBe("text");
  expect((await runCommand("cat", [])).stdout).toBe("");
});

test("a command that leaves its input unread is judged by its status", async () => {
  const input = "x".repeat(1024 * 1024);
  expect((await runCommand("true", [], { input })).status).toBe(0);
});

test("what a command writes is heard as it comes", async () => {
  const heard: string[] = [];
  await runCommand("sh", ["-c", "echo one; echo two >&2"], {
    heard: (text, stream) => heard.push(`${stream} ${text}`),
  });
  expect(heard.sort()).toEqual(["stderr two\n", "stdout one\n"]);
});

test("its time up, a group is killed with the children that it has started", async () => {
  const running = startCommand("sh", ["-c", "sleep 60 & echo $!; wait"], {
    ownGroup: true,
    timeoutSeconds: 0.2,
  });
  const { status, stdout, timedOut } = await running.result;
  expect({ status, timedOut }).toEqual({ status: null, timedOut: true });
  // the signal is on its way, and nobody may have waited for the process yet
  const ended = () => ["Z", undefined].includes(processStat(Number(stdout))?.state);
  for (const deadline = Date.now() + 10_000; !ended() && Date.now() < deadline;)
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(ended()).toBe(true);
});

test("a program that isn't there rejects by name", async () => {
  await expect(runCommand("/no/such/program", [])).rejects.toThrow("can't run /no/such/program");
  expect(startCommandWithoutProgram().pid).toBeUndefined();
});

function startCommandWithoutProgram() {
  const running = startCommand("/no/such/program", []);
  running.result.catch(() => undefined);
  return running;
}
