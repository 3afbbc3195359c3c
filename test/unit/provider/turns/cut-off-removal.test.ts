import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removalSteps } from "../../../../provider/apply/removal";
import type { HostLayerInputs } from "../../../../provider/layer/layer-inputs";
import type { Manifest } from "../../../../provider/layer/manifest";
import { wantedLayer } from "../../../../provider/layer/wanted-layer";
import type { Step } from "../../../../provider/ssh/framing";
import { appHost, appLayer } from "../../../support/provider/app-layer";

const inputs: HostLayerInputs = { ...appLayer, dataDirectories: ["/var/lib/app"] };
const { manifest } = wantedLayer(inputs);

function steps(...manifests: Manifest[]): readonly Step[] {
  return removalSteps(wantedLayer(inputs), appHost({ manifests }), ["take_lease"]);
}

function named(verb: string, of: readonly Step[]): readonly string[] {
  return of.find(([each]) => each === verb)?.slice(1) ?? [];
}

describe("a removal that may be cut off", () => {
  test("says first that the layer leaves, and drops its manifest last", () => {
    const all = steps(manifest);
    const [layer, text = ""] = named("write_manifest", all);
    expect(layer).toBe("app");
    expect(JSON.parse(text)).toMatchObject({
      leaving: true,
      complete: false,
      files: manifest.files,
    });
    expect(all[2]?.[0]).toBe("write_manifest");
    expect(all.at(-1)).toEqual(["forget_layer", "app"]);
  });

  test("takes what it left on the host with it, by the state's word, but no data of which nobody knows whose it is", () => {
    const all = steps();
    expect(named("remove_files", all)).toContain("/etc/app.conf");
    expect(named("remove_data", all)).toEqual([]);
    expect(named("write_manifest", all)).toEqual([]);
    expect(named("remove_data", steps(manifest))).toEqual(["app", "/var/lib/app"]);
  });

  test("leaves nothing for the sake of a layer that leaves, too", () => {
    const other = { ...manifest, layer: "other" };
    expect(named("remove_files", steps(manifest, other))).not.toContain("/etc/app.conf");
    const leaving = { ...other, leaving: true };
    expect(named("remove_files", steps(manifest, leaving))).toContain("/etc/app.conf");
  });
});

describe("a directory that two layers have made", () => {
  const scripts = join(__dirname, "../../../../provider/scripts");
  const root = mkdtempSync(join(tmpdir(), "plinth-leaving-"));
  afterAll(() => rmSync(root, { recursive: true }));

  test.each([
    ["stays while one of them does", false, ["made"]],
    ["goes when both leave", true, []],
  ])("%s", (_, leaving, left) => {
    const made = join(root, "made");
    mkdirSync(made, { recursive: true });
    mkdirSync(join(root, "layers"), { recursive: true });
    const own = { madeDirectories: [made], leaving: true };
    const other = { madeDirectories: [made], ...(leaving && { leaving }) };
    writeFileSync(join(root, "layers/app.json"), `${JSON.stringify(own)}\n`);
    writeFileSync(join(root, "layers/other.json"), `${JSON.stringify(other)}\n`);
    const script = `. ${scripts}/base.sh\nlayers_dir=${root}/layers\n. ${scripts}/files.sh\nremove_directories ${made}`;
    expect(spawnSync("dash", ["-euc", script], { encoding: "utf8" }).stderr).toBe("");
    expect(readdirSync(root).filter((name) => name !== "layers")).toEqual(left);
  });
});
