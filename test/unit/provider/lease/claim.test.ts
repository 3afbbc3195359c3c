import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";

const scripts = join(__dirname, "../../../../provider/scripts");
const root = mkdtempSync(join(tmpdir(), "plinth-claim-"));
const markerFile = join(root, "etc/cluster.json");
const own = { cluster: "c", id: "1d", host: "w1" };

afterAll(() => rmSync(root, { recursive: true }));
beforeEach(() => rmSync(join(root, "etc"), { recursive: true, force: true }));

/** What the host's shell says when a layer of w1 claims it; empty when it is claimed. */
function claimed(by: Partial<typeof own> = {}): string {
  const { cluster, id, host } = { ...own, ...by };
  const script = `. ${scripts}/base.sh
run_dir=${root}/run etc_dir=${root}/etc layers_dir=${root}/etc/layers
. ${scripts}/lease.sh
. ${scripts}/files.sh
claim_host "$@"`;
  const claim = [cluster, id, host, JSON.stringify({ cluster, id, host }), "node", "{}"];
  const { stderr } = spawnSync("sh", ["-euc", script, "sh", ...claim], { encoding: "utf8" });
  return stderr.replace("@+ changed\n", "").trim();
}

function marked(text: string): void {
  mkdirSync(join(root, "etc"), { recursive: true });
  writeFileSync(markerFile, text);
}

describe("a layer claims a host", () => {
  test.each([
    ["without a marker", undefined],
    ["with an empty one, as a power cut leaves it", ""],
    ["of an earlier version", '{"cluster":"c"}\n'],
    ["that is its own", `${JSON.stringify(own)}\n`],
  ])("%s", (_, text) => {
    if (text !== undefined) marked(text);
    expect(claimed()).toBe("");
    expect(readFileSync(markerFile, "utf8")).toBe(`${JSON.stringify(own)}\n`);
    expect(readFileSync(join(root, "etc/layers/node.json"), "utf8")).toBe("{}\n");
  });
});

describe("a layer is refused by a host", () => {
  test.each([
    ["of another cluster", { ...own, cluster: "cc" }, {}, /another cluster: /],
    ["of a cluster whose name has this one's in it", { ...own, cluster: "c-2" }, {}, /cluster: /],
    ["of another id", { ...own, id: "2d" }, {}, /another cluster of the same name: /],
    ["of another name", { ...own, host: "w11" }, {}, /is another host of this cluster: /],
    ["that a pattern would fit", own, { cluster: "*", host: "w?" }, /expected cluster "\*"/],
    ["that a class would fit", own, { cluster: "[a-z]" }, /expected cluster "\[a-z\]"/],
  ])("%s", (_, marker, by, text) => {
    marked(JSON.stringify(marker));
    expect(claimed(by)).toMatch(text);
    expect(readFileSync(markerFile, "utf8")).toBe(JSON.stringify(marker));
  });
});
