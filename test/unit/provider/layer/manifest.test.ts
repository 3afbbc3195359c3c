import {
  droppedNames,
  layerManifest,
  mergedManifest,
  type Manifest,
} from "../../../../provider/layer/manifest";
import { appLayer, file } from "../../../support/provider/app-layer";

const manifestOf = (): Manifest =>
  layerManifest({ ...appLayer, clusterId: "1d", packages: ["socat"] }, ["/etc/all"]);

test("a manifest names whose it is, and what the layer brought", () => {
  expect(manifestOf()).toEqual({
    cluster: "c",
    clusterId: "1d",
    host: "cp1",
    layer: "app",
    complete: true,
    packages: ["socat"],
    users: [],
    directories: [],
    // every text file, those too that follow from units, modules and kernel parameters
    files: ["/etc/all"],
    links: [],
    binaries: ["/usr/bin/app"],
    units: ["app.service"],
    dataDirectories: [],
    interfaces: [],
    gatewayRoutes: [],
    nftables: [],
    iptablesChains: [],
    madeUsers: [],
    madeDirectories: [],
  });
});

test("a manifest holds no contents: secrets of files stay out of it", () => {
  const secret = { ...appLayer, files: { "/etc/key": file("hunter2") } };
  expect(JSON.stringify(layerManifest(secret, ["/etc/key"]))).not.toContain("hunter2");
});

test("units are named in their starting order, for they stop in the reverse of it", () => {
  const unitOrder = ["b.service", "a.service"];
  expect(layerManifest({ ...appLayer, unitOrder }, []).units).toEqual(unitOrder);
});

test("a manifest by a state of an earlier version has no id", () => {
  expect(layerManifest(appLayer, [])).not.toHaveProperty("clusterId");
});

describe("in the midst of a change", () => {
  test("the host may have what either manifest names", () => {
    const manifest = manifestOf();
    const older = { ...manifest, files: ["/etc/old", "/etc/all"], madeUsers: ["old"] };
    const newer = { ...manifest, files: ["/etc/all", "/etc/new"], madeUsers: ["new"] };
    expect(mergedManifest(older, newer)).toEqual({
      ...newer,
      files: ["/etc/old", "/etc/all", "/etc/new"],
      madeUsers: ["old", "new"],
    });
  });

  test("a host that had nothing has what is new", () => {
    expect(mergedManifest(undefined, manifestOf())).toEqual(manifestOf());
  });
});

describe("what goes from the host", () => {
  const naming = (files: readonly string[]): Manifest => ({ ...manifestOf(), files });
  const older = ["/a", "/b", "/c"];
  test.each<[string, string[] | undefined, string[] | undefined, string[], string[]]>([
    ["is what nothing names any more", older, ["/a"], ["/b"], ["/c"]],
    ["is nothing where nothing was", undefined, ["/a"], ["/b"], []],
    ["is all that no other layer names, of one that goes", older, undefined, ["/b"], ["/a", "/c"]],
  ])("%s", (_, before, own, others, gone) => {
    const [old, now] = [before && naming(before), own && naming(own)];
    expect(droppedNames("files", old, now, [naming(others)])).toEqual(gone);
  });
});
