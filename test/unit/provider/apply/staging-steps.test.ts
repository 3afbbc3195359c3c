import { stagingSteps } from "../../../../provider/apply/staging-steps";
import { sha256 } from "../../../../provider/layer/layer-files";
import type { HostLayerInputs } from "../../../../provider/layer/layer-inputs";
import { wantedLayer } from "../../../../provider/layer/wanted-layer";
import type { Step } from "../../../../provider/ssh/framing";
import { appHost, appLayer, file, pathState, planned } from "../../../support/provider/app-layer";

function staging(parts: Partial<HostLayerInputs>): Step[] {
  const inputs = { ...appLayer, files: {}, binaries: {}, units: {}, unitOrder: [], ...parts };
  const host = appHost({ manifests: [] });
  return stagingSteps(wantedLayer(inputs), planned(inputs, undefined, host));
}

test.each<[string, Partial<HostLayerInputs>, Step[]]>([
  ["nothing", {}, []],
  ["a package", { packages: ["socat"] }, [["install_packages", "app", "socat"]]],
  [
    "a user with groups",
    { users: { app: { home: "/srv", groups: ["adm", "tty"] } } },
    [["put_user", "app", "/srv", "adm,tty"]],
  ],
  [
    "a file of root's, with its parents",
    { files: { "/srv/a/b": file("x") } },
    [
      ["make_parents", "/srv", "/srv/a"],
      ["stage_files", sha256("x"), "/srv/a/b"],
    ],
  ],
  [
    "files of another owner, who is asked for once",
    {
      files: {
        "/etc/a": { ...file("x"), owner: "app:app" },
        "/etc/b": { ...file("y"), owner: "app:app" },
      },
    },
    [
      ["need_owner", "app:app"],
      ["stage_files", sha256("x"), "/etc/a", sha256("y"), "/etc/b"],
    ],
  ],
  [
    "a directory",
    { directories: { "/etc/app": { mode: "0750", owner: "root:app" } } },
    [
      ["need_owner", "root:app"],
      ["make_parents", "/etc/app"],
      ["put_directory", "/etc/app", "0750", "root:app"],
    ],
  ],
])("%s", (_, parts, steps) => {
  expect(staging(parts)).toEqual(steps);
});

describe("downloads", () => {
  const url = (name: string): string => `http://x/${name}.tgz`;
  const artifact = (name: string, member?: string) => ({
    url: url(name),
    sha256: sha256(name),
    mode: "0755",
    ...(member !== undefined && { member }),
  });

  test("fetch an artifact once, into a folder of the layer beside the first target", () => {
    const steps = staging({
      binaries: { "/usr/bin/a": artifact("all", "bin/a"), "/usr/bin/b": artifact("all", "bin/b") },
    });
    const sum = sha256("all");
    const stage = `/usr/bin/.plinth-app-${sum.slice(0, 12)}`;
    const members = ["bin/a", "0755", "/usr/bin/a", "bin/b", "0755", "/usr/bin/b"];
    expect(steps).toEqual([["begin", "fetch", url("all"), sum, stage, ...members], ["join"]]);
  });

  test.each([
    [1, ["begin", "join"]],
    [4, ["begin", "begin", "begin", "begin", "join"]],
    [5, ["begin", "begin", "begin", "begin", "join", "begin", "join"]],
  ])("of %d artifacts go four side by side", (count, verbs) => {
    const names = Array.from({ length: count }, (_, index) => `a${index}`);
    const binaries = Object.fromEntries(
      names.map((name) => [`/usr/bin/${name}`, artifact(name)] as const),
    );
    expect(staging({ binaries }).map(([verb]) => verb)).toEqual(verbs);
  });
});

test("a directory that is there with another mode is put right without its parents", () => {
  const inputs = { ...appLayer, directories: { "/etc/app": { mode: "0750", owner: "root:root" } } };
  const host = appHost({ paths: { "/etc/app": pathState({ kind: "directory", mode: "0755" }) } });
  const steps = stagingSteps(wantedLayer(inputs), planned(inputs, inputs, host));
  expect(steps).toEqual([["put_directory", "/etc/app", "0750", "root:root"]]);
});

test("an owner that a file of the right content gets is asked for, too", () => {
  const owned = { content: "1", mode: "0644", owner: "app:app" };
  const inputs = { ...appLayer, files: { ...appLayer.files, "/etc/app.conf": owned } };
  const steps = stagingSteps(wantedLayer(inputs), planned(inputs, inputs, appHost()));
  expect(steps).toEqual([["need_owner", "app:app"]]);
});
