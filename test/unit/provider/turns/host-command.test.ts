import {
  commandEnd,
  commandName,
  commandStep,
  failureText,
  filledIn,
  gateStep,
} from "../../../../provider/apply/host-command";

const concerned = { host: "w$1", state: "lost" } as const;

test.each([
  [
    ["drain", "{host}"],
    ["drain", "w$1"],
  ],
  [
    ["leave", "{host}={state}", "{host}"],
    ["leave", "w$1=lost", "w$1"],
  ],
  // the variables of a script are its own
  [
    ["sh", "-c", 'echo "${host} ${state}"', "x"],
    ["sh", "-c", 'echo "${host} ${state}"', "x"],
  ],
])("%j is filled in for the host that it is about", (command, expected) => {
  expect(filledIn({ command, deadlineSeconds: 5 }, concerned)).toEqual({
    command: expected,
    deadlineSeconds: 5,
  });
});

test.each([
  [["kubectl", "drain", "w 1"], "kubectl drain w 1"],
  [["sh", "-c", "set -eu\nexit 1", "etcd-leave", "cp3"], "etcd-leave cp3"],
  [["sh", "-c", "exit 1"], "sh"],
  [["sh", "script.sh"], "sh script.sh"],
])("messages call %j %s", (command, name) => {
  expect(commandName(command)).toBe(name);
});

const leave = { command: ["sh", "-c", "exit 1", "leave", "cp3"], deadlineSeconds: 60 };

test("a step carries deadline, name and argv", () => {
  const argv = ["60", "leave cp3", "sh", "-c", "exit 1", "leave", "cp3"];
  expect(commandStep("run_command", leave)).toEqual(["run_command", ...argv]);
  expect(gateStep(leave)).toEqual(["pass_gate", "10", ...argv]);
});

test.each([
  ["0\n\n", { status: 0, output: "" }, '"leave cp3" failed with status 0'],
  [
    "7\nno\nquorum\n",
    { status: 7, output: "no\nquorum" },
    '"leave cp3" failed with status 7: no\nquorum',
  ],
])("what %j says of a command's end", (stdout, end, text) => {
  expect(commandEnd(stdout)).toEqual(end);
  expect(failureText(leave, end)).toBe(text);
});
