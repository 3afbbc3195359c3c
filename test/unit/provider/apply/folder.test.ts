import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { removalSteps } from "../../../../provider/apply/removal";
import { applySteps } from "../../../../provider/apply/steps";
import type { HostLayerInputs } from "../../../../provider/layer/layer-inputs";
import { wantedLayer } from "../../../../provider/layer/wanted-layer";
import type { Step } from "../../../../provider/ssh/framing";
import { appLayer, planned } from "../../../support/provider/app-layer";
import { FolderHost, tester } from "../../../support/provider/folder-host";

const lease: Step = ["take_lease", "run", "ann@ops1", "17", "boot 17@1", "120", ""];
const long = `${"long-name/".repeat(12)}file`;

let host: FolderHost;
const at = (path: string): string => join(host.root, path);

beforeEach(() => {
  host = new FolderHost();
});
afterEach(() => host.remove());

function layer(parts: Partial<HostLayerInputs> = {}): HostLayerInputs {
  const file = (content: string, mode = "0644") => ({ content, mode, owner: tester });
  return {
    ...appLayer,
    binaries: {},
    units: {},
    unitOrder: [],
    directories: { [at("data")]: { mode: "0750", owner: tester } },
    files: {
      [at("etc/app.conf")]: file("größe = 1\n"),
      [at("etc/key")]: file("secret", "0600"),
      [at("etc/empty")]: file(""),
      [at(long)]: file("x"),
    },
    links: { [at("etc/link")]: { target: "app.conf" } },
    ...parts,
  };
}

/** Makes the host what the layer says, as a run does. */
function apply(inputs: HostLayerInputs, old?: HostLayerInputs): void {
  const wanted = wantedLayer(inputs);
  const live = host.look(wanted, ...(old ? [wantedLayer(old)] : []));
  const plan = planned(inputs, old, live);
  const { steps, payload } = applySteps(wanted, live, plan, lease, { rolling: false });
  host.run(steps, payload);
}

function remove(inputs: HostLayerInputs): void {
  const wanted = wantedLayer(inputs);
  host.run(removalSteps(wanted, host.look(wanted), lease));
}

function replaceByLink(path: string): void {
  rmSync(path);
  symlinkSync("/dev/null", path);
}

/** All that is below a folder, but for what Plinth remembers: mode, then content or target. */
function tree(folder = host.root): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => !/^(plinth|run)(\/|$)/.test(path))
    .map((path) => {
      const found = lstatSync(join(folder, path));
      if (found.isSymbolicLink()) return `${path} -> ${readlinkSync(join(folder, path))}`;
      const text = found.isFile() ? readFileSync(join(folder, path), "utf8") : "/";
      return `${path} ${(found.mode & 0o7777).toString(8)} ${text}`;
    })
    .sort();
}

describe("a layer of files, links and directories", () => {
  test("is there whole after the first run, and the second has nothing to do", () => {
    apply(layer());
    expect(tree().filter((line) => !line.startsWith("long-name"))).toEqual([
      "data 750 /",
      "etc 755 /",
      "etc/app.conf 644 größe = 1\n",
      "etc/empty 644 ",
      "etc/key 600 secret",
      "etc/link -> app.conf",
    ]);
    expect(readFileSync(at(long), "utf8")).toBe("x");
    const inputs = layer();
    expect(planned(inputs, inputs, host.look(wantedLayer(inputs)))).toMatchObject({
      changes: false,
    });
  });

  test("is repaired where it was edited, opened, deleted, pointed elsewhere or replaced", () => {
    const file = (content: string) => ({ content, mode: "0640", owner: tester });
    const names = ["edited", "opened", "deleted", "linked"];
    const inputs = layer({
      files: Object.fromEntries(names.map((name) => [at(`etc/${name}`), file(name)])),
      links: { [at("l/elsewhere")]: { target: "a" }, [at("l/file")]: { target: "a" } },
      directories: Object.fromEntries(
        ["d/opened", "d/gone"].map((name) => [at(name), { mode: "0750", owner: tester }]),
      ),
    });
    apply(inputs);
    const right = tree();
    writeFileSync(at("etc/edited"), "x");
    chmodSync(at("etc/opened"), 0o666);
    rmSync(at("etc/deleted"));
    replaceByLink(at("etc/linked"));
    replaceByLink(at("l/elsewhere"));
    rmSync(at("l/file"));
    writeFileSync(at("l/file"), "");
    chmodSync(at("d/opened"), 0o777);
    rmSync(at("d/gone"), { recursive: true });
    apply(inputs, inputs);
    expect(tree()).toEqual(right);
  });

  test("is never put in place of what is not Plinth's: a directory under a file's name", () => {
    mkdirSync(at("etc/app.conf"), { recursive: true });
    expect(() => apply(layer())).toThrow("is a directory, expected a file");
    writeFileSync(at("etc/app.conf/theirs"), "");
    expect(existsSync(at("etc/app.conf/theirs"))).toBe(true);
  });

  test("is not touched where its transfer was damaged", () => {
    apply(layer());
    const right = tree();
    const changed = layer({
      files: { [at("etc/app.conf")]: { content: "new", mode: "0644", owner: tester } },
    });
    const wanted = wantedLayer(changed);
    const live = host.look(wanted);
    const { steps, payload } = applySteps(wanted, live, planned(changed, layer(), live), lease, {
      rolling: false,
    });
    payload[512] = "N".charCodeAt(0);
    expect(() => host.run(steps, payload)).toThrow("the transfer was damaged on its way");
    const staged = `etc/app.conf.plinth-new 644 New`;
    expect(tree().filter((line) => line !== staged)).toEqual(right);
  });

  test("takes along what it no longer has, and the directories that it made", () => {
    apply(layer());
    apply(layer({ files: {}, links: {} }), layer());
    expect(tree()).toEqual(["data 750 /"]);
  });

  test("leaves a directory in which somebody else has put something", () => {
    apply(layer());
    writeFileSync(at("etc/theirs"), "");
    apply(layer({ files: {}, links: {} }), layer());
    expect(tree()).toEqual(["data 750 /", "etc 755 /", "etc/theirs 644 "]);
  });
});

describe("a layer that goes", () => {
  const plinths = ["run"];

  test("leaves the host as it was before", () => {
    mkdirSync(at("etc"), { recursive: true });
    writeFileSync(at("etc/before"), "");
    const before = tree();
    const data = layer({ dataDirectories: [at("data")] });
    apply(data);
    mkdirSync(at("data/of/program"), { recursive: true });
    remove(data);
    expect(tree()).toEqual(before);
    expect(readdirSync(host.root).filter((name) => name !== "etc")).toEqual(plinths);
    remove(data);
    expect(tree()).toEqual(before);
  });

  test("leaves what another layer of the host has, too", () => {
    const { files } = layer();
    const key = at("etc/key");
    const other = layer({ layer: "other", files: { [key]: files[key]! }, links: {} });
    apply(other);
    const shared = tree();
    apply(layer());
    remove(layer());
    expect(tree()).toEqual(shared);
    remove(other);
    expect(tree()).toEqual([]);
  });
});
