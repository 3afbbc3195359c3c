import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reset } from "../../../cli/reset/reset";
import type { ResetHost } from "../../../components/operations/report";

const folder = mkdtempSync(join(tmpdir(), "plinth-reset-"));
const path = process.env.PATH ?? "";
const said: string[] = [];

/** A `pulumi` that notes its calls and requests, and reports as it is told, one after the other. */
function fakePulumi(...reports: readonly (readonly ResetHost[])[]): void {
  for (const file of ["calls", "requests"]) writeFileSync(join(folder, file), "");
  const script = `#!/bin/sh
echo "$*" >>${folder}/calls
echo "$PLINTH_RESET" >>${folder}/requests
report=${folder}/report$(grep -c '' ${folder}/calls)
if [ -e "$report" ]; then cp "$report" "$PLINTH_REPORT"; else cat ${folder}/digest; fi`;
  writeFileSync(join(folder, "pulumi"), script, { mode: 0o755 });
  const diagnostics = [{ severity: "error", message: "there is no host" }];
  writeFileSync(join(folder, "digest"), JSON.stringify({ diagnostics }));
  for (const at of [1, 2]) rmSync(join(folder, `report${at}`), { force: true });
  reports.forEach((hosts, at) =>
    writeFileSync(join(folder, `report${at + 1}`), JSON.stringify({ version: 1, hosts })),
  );
}

const lines = (file: string) => readFileSync(join(folder, file), "utf8").trim().split("\n");
const requests = () => lines("requests").map((line) => JSON.parse(line) as unknown);
const marker = { cluster: "prod", id: "1d", host: "w1" };
const w1: ResetHost = { host: "w1", marker, layers: ["node", "runtime"], cleared: false };
const w2: ResetHost = { ...w1, host: "w2", layers: [] };
const nobody = () => Promise.reject(new Error("nobody should be asked"));

beforeAll(() => {
  process.env.PATH = `${folder}:${path}`;
  jest.spyOn(console, "log").mockImplementation((text: string) => void said.push(text));
  jest.spyOn(console, "error").mockImplementation((text: string) => void said.push(text));
});
beforeEach(() => said.splice(0));
afterAll(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true });
});

test("what is on the hosts is shown, and cleared once the cluster's name was typed", async () => {
  fakePulumi(
    [w1, w2],
    [
      { ...w1, cleared: true },
      { ...w2, cleared: true },
    ],
  );
  const questions: string[] = [];
  const answer = (question: string) => {
    questions.push(question);
    expect(requests()).toEqual([{ hosts: ["w1", "w2"] }]);
    return Promise.resolve("prod\n");
  };
  expect(await reset(["w1", "w2", "--stack", "prod"], answer)).toBe(0);
  expect(questions).toEqual(["The name of the cluster, to clear them: "]);
  expect(requests()).toEqual([{ hosts: ["w1", "w2"] }, { hosts: ["w1", "w2"], cluster: "prod" }]);
  expect(new Set(lines("calls"))).toEqual(new Set(["preview --json --refresh=false --stack prod"]));
  expect(said).toEqual([
    [
      "These hosts would be cleared, etcd's data and pods' volumes included:",
      "  w1: host w1 of the cluster prod, id 1d; layers node, runtime",
      "  w2: host w1 of the cluster prod, id 1d; no layers",
    ].join("\n"),
    "Cleared: w1, w2.",
  ]);
});

test.each([["--cluster", "prod"], ["--cluster=prod"]])(
  "a script names the cluster and is asked nothing: %s",
  async (...option) => {
    fakePulumi([w1], [{ ...w1, cleared: true }]);
    expect(await reset(["w1", ...option, "--stack", "prod"], nobody)).toBe(0);
    expect(requests().at(-1)).toEqual({ hosts: ["w1"], cluster: "prod" });
    expect(lines("calls").at(-1)).toBe("preview --json --refresh=false --stack prod");
  },
);

test.each(["", "yes", "prod2"])("after the answer %j nothing is cleared", async (answer) => {
  fakePulumi([w1]);
  expect(await reset(["w1"], () => Promise.resolve(answer))).toBe(1);
  expect(requests()).toHaveLength(1);
  expect(said.at(-1)).toBe(
    `plinth: w1 belongs to the cluster prod, got the name ${JSON.stringify(answer)}; nothing was changed`,
  );
});

test("hosts of two clusters are not cleared by the name of one", async () => {
  fakePulumi([w1, { ...w2, marker: { cluster: "old" } }]);
  expect(await reset(["w1", "w2", "--cluster", "prod"], nobody)).toBe(1);
  expect(requests()).toHaveLength(1);
});

test("where a host is refused, nobody is asked, and the others stay as well", async () => {
  fakePulumi([w1, { ...w2, refusal: "this stack manages it" }]);
  expect(await reset(["w1", "w2"], nobody)).toBe(1);
  expect(requests()).toHaveLength(1);
  expect(said).toEqual(["plinth: w2: this stack manages it"]);
});

test("a host that could not be cleared is told, and so are those that were", async () => {
  fakePulumi(
    [w1, w2],
    [
      { ...w1, cleared: true },
      { ...w2, refusal: "can't unmount" },
    ],
  );
  expect(await reset(["w1", "w2", "--cluster", "prod"], nobody)).toBe(1);
  expect(said.slice(1)).toEqual(["Cleared: w1.", "plinth: w2: can't unmount"]);
});

test("an error of the program is shown in place of a report", async () => {
  fakePulumi();
  expect(await reset(["w9"], nobody)).toBe(1);
  expect(said).toEqual(["there is no host"]);
});

test.each([
  [[], "no host is named"],
  [["--stack", "prod"], "no host is named"],
  [["w1", "--cluster"], "--cluster has no value"],
  [["w1", "--cluster="], "--cluster has no value"],
])("%j is refused before anything runs", async (args, text) => {
  rmSync(join(folder, "calls"), { force: true });
  await expect(reset(args, nobody)).rejects.toThrow(text);
  expect(existsSync(join(folder, "calls"))).toBe(false);
});
