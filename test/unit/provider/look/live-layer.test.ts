import { wantedLayer } from "../../../../provider/layer/wanted-layer";
import { differingPaths, liveLayer, rewrittenUnits } from "../../../../provider/look/live-layer";
import type { BinaryRecord, LiveHost, PathState } from "../../../../provider/look/live-state";
import { pathState } from "../../../support/provider/app-layer";
import { fullHost, fullLayer, put } from "../../../support/provider/full-layer";

const wanted = wantedLayer(fullLayer);
const right = fullHost();
const [app, tool] = ["/usr/bin/app", "/usr/bin/tool"];
const [appSum, toolSum] = ["a".repeat(64), "c".repeat(64)];

/** Paths that are not what the layer wants. */
const differing = (host: LiveHost): string[] => [
  ...differingPaths(wanted, liveLayer(wanted, host)),
];

const at = (path: string, state: Partial<PathState> | undefined): LiveHost => ({
  ...right,
  paths: put(right.paths, path, state && pathState(state)),
});

test("a host that has all of a layer differs in nothing", () => {
  expect(differing(right)).toEqual([]);
});

test.each<[string, LiveHost, string]>([
  ["a file that is gone", at("/etc/app.conf", undefined), "/etc/app.conf"],
  ["a link in the place of a file", at("/etc/app.conf", { kind: "link" }), "/etc/app.conf"],
  ["a directory in its place", at("/etc/app.conf", { kind: "directory" }), "/etc/app.conf"],
  ["a file in the place of a link", at("/usr/bin/app-link", {}), "/usr/bin/app-link"],
  ["a link elsewhere", at("/usr/bin/app-link", { kind: "link", target: "x" }), "/usr/bin/app-link"],
  [
    "another content",
    { ...right, hashes: put(right.hashes, "/etc/app.conf", "x") },
    "/etc/app.conf",
  ],
  [
    "a content that can't be read",
    { ...right, hashes: put(right.hashes, "/etc/app.conf", undefined) },
    "/etc/app.conf",
  ],
])("%s is one that differs", (_, host, path) => {
  expect(differing(host)).toEqual([path]);
});

test("of units those are rewritten whose own file differs", () => {
  const path = "/etc/systemd/system/helper.service";
  expect(rewrittenUnits(wanted, new Set([path, "/etc/app.conf"]))).toEqual(["helper.service"]);
});

describe("an executable, which is only hashed where it may have been replaced", () => {
  const record = (path: string): BinaryRecord => right.binaries.get(path)!;
  const host = (
    path: string,
    stat: string,
    hash: string | undefined,
    known: BinaryRecord | undefined = record(path),
  ): LiveHost => ({
    ...at(path, { mode: "0755", stat }),
    hashes: put(right.hashes, path, hash),
    binaries: put(right.binaries, path, known),
  });
  const without = (path: string, stat: string, hash: string): LiveHost => ({
    ...host(path, stat, hash),
    binaries: put(right.binaries, path, undefined),
  });
  const b = "b".repeat(64);
  test.each<[string, LiveHost, string, string]>([
    ["is known by its looks", host(app, "s", undefined), app, appSum],
    ["is known by its checksum where it was only touched", host(app, "t", appSum), app, appSum],
    ["of an archive likewise", host(tool, "t", toolSum), tool, `${toolSum}:bin/tool`],
    ["that was replaced is none that is known", host(app, "t", b), app, `modified (sha256 ${b})`],
    ["that can't be read is none", host(app, "t", undefined), app, "modified (sha256 unknown)"],
    [
      "of which an older version is recorded is that one",
      host(app, "s", undefined, { key: "older", sha256: b, stat: "s" }),
      app,
      "older",
    ],
    [
      "that is there without a record, as an image brought it, is known by its checksum",
      without(app, "s", appSum),
      app,
      appSum,
    ],
    [
      "without a record can't be told to be the member of an archive",
      without(tool, "s", toolSum),
      tool,
      `modified (sha256 ${toolSum})`,
    ],
  ])("%s", (_, live, path, key) => {
    expect(liveLayer(wanted, live).keys.get(path)).toBe(key);
  });
});
