import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { up } from "../../../cli/up/up";

const folder = mkdtempSync(join(tmpdir(), "plinth-up-"));
const path = process.env.PATH ?? "";
const errors: string[] = [];

/** A `pulumi` that notes its calls, is locked by that process until `cancel`, and has a state. */
function fakePulumi(holder: string, state: object): void {
  const locked = `error: the stack is currently locked by 1 lock(s). Either wait …
  file:///state/lock.json: created by ann@${hostname()} (pid ${holder}) at 2026-03-01T10:30:05Z`;
  const script = `#!/bin/sh
echo "$*" >>${folder}/calls
case $1 in
cancel) rm ${folder}/lock ;;
preview) cat ${folder}/preview ;;
up) if [ -e ${folder}/lock ]; then cat ${folder}/lock >&2; exit 255; fi ;;
esac
case $2 in
export) cat ${folder}/state ;;
import) cat >${folder}/imported ;;
esac`;
  writeFileSync(join(folder, "pulumi"), script, { mode: 0o755 });
  writeFileSync(join(folder, "lock"), locked);
  writeFileSync(join(folder, "state"), JSON.stringify(state));
  writeFileSync(join(folder, "calls"), "");
}

const calls = (): string[] => readFileSync(join(folder, "calls"), "utf8").trim().split("\n");
const options = ["--yes", "--skip-preview", "--stack", "prod", "--parallel", "64"];
const upCall = "up --yes --skip-preview --stack prod --parallel 64";
const gone = "4194305";

beforeAll(() => {
  process.env.PATH = `${folder}:${path}`;
  jest.spyOn(console, "log").mockImplementation();
  jest.spyOn(console, "error").mockImplementation((text: string) => void errors.push(text));
});
beforeEach(() => errors.splice(0));
afterAll(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true });
});

test("the lock of a run that is gone is taken away, and what it noted as begun is forgotten", async () => {
  const state = { version: 3, deployment: { pending_operations: [{ type: "creating" }] } };
  fakePulumi(gone, state);
  expect(await up(options)).toBe(0);
  const stack = "--stack prod";
  expect(calls()).toEqual([
    upCall,
    `cancel --yes ${stack}`,
    `stack export ${stack}`,
    `stack import ${stack}`,
    upCall,
  ]);
  expect(JSON.parse(readFileSync(join(folder, "imported"), "utf8"))).toEqual(state);
  expect(errors).toEqual([`plinth: an earlier run was cut off (pid ${gone})`]);
});

test("a state with nothing begun is left as it is", async () => {
  fakePulumi(gone, { version: 3, deployment: { resources: [] } });
  expect(await up(options)).toBe(0);
  expect(calls()).toEqual([
    upCall,
    "cancel --yes --stack prod",
    "stack export --stack prod",
    upCall,
  ]);
});

test("a lock whose holder may live stays, and the error says who and since when", async () => {
  fakePulumi("1 of another machine", {});
  writeFileSync(
    join(folder, "lock"),
    readFileSync(join(folder, "lock"), "utf8").replace(/@\S+ \(.*?\)/, "@elsewhere (pid 1)"),
  );
  expect(await up(options)).toBe(255);
  expect(calls()).toEqual([upCall]);
  expect(errors).toEqual([
    "plinth: the stack is being changed by ann@elsewhere (pid 1) since 2026-03-01 10:30:05 UTC; " +
      "wait for that run, or, if it is gone for good, free the stack with: pulumi cancel",
  ]);
});

test("a run that takes no layer from a host goes on past a failure, unless it is told otherwise", async () => {
  const calledWith = async (op: string, ...more: readonly string[]) => {
    fakePulumi(gone, {});
    rmSync(join(folder, "lock"));
    writeFileSync(join(folder, "preview"), JSON.stringify(previewOf(op)));
    expect(await up(["--yes", "--stack", "prod", ...more])).toBe(0);
    return calls().at(-1);
  };
  expect(await calledWith("update")).toBe(
    "up --yes --skip-preview --continue-on-error --stack prod",
  );
  const stopping = "--continue-on-error=false";
  expect(await calledWith("update", stopping)).toBe(
    `up --yes --skip-preview --stack prod ${stopping}`,
  );
  for (const op of ["delete", "replace"])
    expect(await calledWith(op)).toBe("up --yes --skip-preview --stack prod");
});

/** The digest of a preview in which something happens to a layer of a host. */
function previewOf(op: string): object {
  const inputs = { host: "w1", layer: "node" };
  const urn = "urn:pulumi:prod::plinth::plinth:index:HostLayer::prod-w1-node";
  return { steps: [{ op, urn, newState: { inputs } }] };
}

test.each(["yes", "y", " YES\n"])("after the answer %j the change runs", async (answer) => {
  const questions: string[] = [];
  fakePulumi(gone, {});
  rmSync(join(folder, "lock"));
  const ask = (question: string) => {
    questions.push(question);
    return Promise.resolve(answer);
  };
  expect(await up(["--skip-preview", "--stack", "prod"], ask)).toBe(0);
  expect(questions).toEqual(["Apply these changes? (yes/no) "]);
  expect(calls()).toEqual(["up --yes --skip-preview --stack prod"]);
});

test.each(["no", "n", "", "yes please", "not yes"])(
  "after the answer %j nothing runs, and the exit status says so",
  async (answer) => {
    fakePulumi(gone, {});
    expect(await up(["--skip-preview"], () => Promise.resolve(answer))).toBe(1);
    expect(readFileSync(join(folder, "calls"), "utf8")).toBe("");
  },
);

test("without a terminal nobody can say yes, so nothing runs", async () => {
  fakePulumi(gone, {});
  await expect(up(["--skip-preview"])).rejects.toThrow(
    "standard input is no terminal, so nobody can confirm: pass --yes",
  );
  expect(readFileSync(join(folder, "calls"), "utf8")).toBe("");
});
