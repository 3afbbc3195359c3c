import { spawnSync } from "node:child_process";
import { join } from "node:path";

const scripts = join(__dirname, "../../../../provider/scripts");

/** Runs a function of the library as a step; what it says, and whether the steps after it would run. */
function step(...words: readonly string[]): { stdout: string; said: string; goesOn: boolean } {
  const script = `. ${scripts}/base.sh\n. ${scripts}/commands.sh\n"$@"\necho next`;
  const { stdout, stderr } = spawnSync("dash", ["-euc", script, "dash", ...words], {
    encoding: "utf8",
    input: "the transfer",
  });
  return { stdout: stdout.replace(/next\n$/, ""), said: stderr, goesOn: stdout.endsWith("next\n") };
}

const talk = (status: number): string[] => ["sh", "-c", `echo out; echo err >&2; exit ${status}`];

test.each([
  [talk(0), "0\nout\nerr\n"],
  [talk(11), "11\nout\nerr\n"],
  [["true"], "0\n\n"],
  [["sh", "-c", "seq 30; exit 3"], `3\n${[...Array(15).keys()].map((n) => n + 16).join("\n")}\n`],
  [["/no/such/tool"], expect.stringMatching(/^127\n.*No such file/)],
])("a command that is tried tells its end, whatever it is: %j", (command, stdout) => {
  expect(step("try_command", "5", "name", ...command)).toEqual({ stdout, said: "", goesOn: true });
});

test("one that does not end is ended, and its last words are told", () => {
  const { stdout } = step("try_command", "1", "name", "sh", "-c", "echo waiting; exec sleep 20");
  expect(stdout).toBe("124\nit did not end within 1 s\nwaiting\n");
});

test("one that reads gets nothing of the call's own input", () => {
  expect(step("try_command", "5", "name", "cat").stdout).toBe("0\n\n");
});

test.each([
  ["run_command", 0, true],
  ["run_command", 10, false],
  ["pass_gate", 0, true],
  ["pass_gate", 10, true],
  ["pass_gate", 1, false],
])("%s goes on after status %s: %s", (verb, status, goesOn) => {
  const open = verb === "pass_gate" ? ["10"] : [];
  const end = step(verb, ...open, "5", "the name", ...talk(status));
  expect(end.goesOn).toBe(goesOn);
  if (!goesOn)
    expect(end.said).toMatch(
      new RegExp(`^@! .*"the name" failed with status ${status}: out\n@\\| err\n$`),
    );
});
