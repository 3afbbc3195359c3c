import { removalSteps } from "../../../../provider/apply/removal";
import type { HostLayerInputs } from "../../../../provider/layer/layer-inputs";
import type { Manifest } from "../../../../provider/layer/manifest";
import { wantedLayer } from "../../../../provider/layer/wanted-layer";
import type { Step } from "../../../../provider/ssh/framing";
import { appHost as host, appLayer as wanted, unit } from "../../../support/provider/app-layer";

describe("removal", () => {
  const lease = ["take_lease"] as const;

  test("of a layer that was never there, on a host that is nobody's, does nothing", () => {
    const { marker, ...nobodys } = host({ manifests: [] });
    expect(marker).toBeDefined();
    expect(removalSteps(wantedLayer(wanted), nobodys, lease)).toEqual([]);
  });

  test("of a layer whose manifest is lost goes by the state, on a host of the cluster", () => {
    const steps = removalSteps(wantedLayer(wanted), host({ manifests: [] }), lease);
    expect(steps.find(([verb]) => verb === "remove_files")).toContain("/etc/app.conf");
  });

  test("of a layer whose host has lost its marker goes by the manifest", () => {
    const { marker: _, ...unmarked } = host();
    const steps = removalSteps(wantedLayer(wanted), unmarked, lease);
    expect(steps.find(([verb]) => verb === "remove_files")).toContain("/etc/app.conf");
  });

  /** All of a layer with two units, links, executables, and what it made itself. */
  const whole: HostLayerInputs = {
    ...wanted,
    units: { "app.service": unit, "late.service": unit },
    unitOrder: ["app.service", "late.service"],
    links: { "/etc/link": { target: "app.conf" } },
    binaries: { ...wanted.binaries, "/usr/bin/two": wanted.binaries["/usr/bin/app"]! },
  };
  const brought: Manifest = {
    ...wantedLayer(whole).manifest,
    madeUsers: ["app"],
    madeDirectories: ["/srv/app", "/srv", "/srv/app/data"],
  };
  const units = ["late.service", "app.service"];
  const binaries = ["/usr/bin/app", "/usr/bin/two"];

  test.each<[string, Step]>([
    ["stops units in the reverse of their starting order", ["retire_units", ...units]],
    ["kills what they left, and no other process", ["kill_leftovers", ...units, "--", ...binaries]],
    [
      "takes away every file, link and executable",
      [
        "remove_files",
        "/etc/app.conf",
        "/etc/reload.conf",
        "/etc/systemd/system/app.service",
        "/etc/systemd/system/late.service",
        "/etc/link",
        ...binaries,
      ],
    ],
    [
      "takes away downloads that were cut off, beside executables",
      ["remove_stages", "app", "/usr/bin"],
    ],
    ["forgets failed units", ["forget_units", ...units]],
    ["keeps no packages where no other layer has any", ["remove_packages", "app", ""]],
    [
      "takes away directories that it made, the deepest first",
      ["remove_directories", "/srv/app/data", "/srv/app", "/srv"],
    ],
    ["takes away users that it made", ["remove_users", "app"]],
    ["makes the host forget it", ["forget_layer", "app"]],
  ])("%s", (_, step) => {
    const steps = removalSteps(wantedLayer(whole), host({ manifests: [brought] }), lease);
    expect(steps).toContainEqual(step);
  });

  test("of a layer without units has systemd read nothing again", () => {
    const unitless = { ...wanted, units: {}, unitOrder: [] };
    const hosts = host({ manifests: [wantedLayer(unitless).manifest] });
    const verbs = removalSteps(wantedLayer(unitless), hosts, lease).map(([verb]) => verb);
    expect(verbs).not.toContain("reload_systemd");
    expect(verbs).not.toContain("retire_units");
  });

  test("stops before it kills, kills before it unmounts, and forgets last", () => {
    const data = { ...wanted, dataDirectories: ["/var/lib/app"] };
    const verbs = removalSteps(wantedLayer(data), host(), lease).map(([verb]) => verb);
    expect(verbs).toEqual([
      "take_lease",
      "lock_layer",
      "write_manifest",
      "retire_units",
      "kill_leftovers",
      "unmount_below",
      "remove_data",
      "remove_files",
      "remove_stages",
      "forget_units",
      "reload_systemd",
      "remove_packages",
      "lock_host",
      "forget_layer",
    ]);
  });

  test("takes away what the programs made, after they have ended and before their data", () => {
    const made = {
      ...wanted,
      interfaces: ["cni0"],
      nftables: ["ip app"],
      iptablesChains: ["APP-"],
      dataDirectories: ["/var/lib/app"],
    };
    const steps = removalSteps(wantedLayer(made), host(), lease);
    const from = steps.findIndex(([verb]) => verb === "kill_leftovers");
    expect(steps.slice(from + 1, from + 6)).toEqual([
      ["unmount_below", "/var/lib/app"],
      ["remove_interfaces", "cni0"],
      ["remove_tables", "ip app"],
      ["remove_chains", "APP-"],
      ["remove_data", "app", "/var/lib/app"],
    ]);
  });

  test("hands no packages to a layer that has others", () => {
    const own = wantedLayer({ ...wanted, packages: ["socat"] });
    const other = { ...own.manifest, layer: "other", packages: ["conntrack"] };
    const steps = removalSteps(own, host({ manifests: [own.manifest, other] }), lease);
    expect(steps).toContainEqual(["remove_packages", "app", "", "conntrack"]);
  });

  test("leaves what another layer lists, and hands it the packages that both have", () => {
    const own = { ...wanted, packages: ["socat"] };
    const { manifest } = wantedLayer(own);
    const other = {
      ...manifest,
      layer: "other",
      packages: ["conntrack", "socat"],
      units: [],
      binaries: [],
      files: ["/etc/app.conf"],
    };
    const steps = removalSteps(wantedLayer(own), host({ manifests: [manifest, other] }), lease);
    expect(steps.find(([verb]) => verb === "remove_files")).not.toContain("/etc/app.conf");
    expect(steps).toContainEqual(["remove_packages", "app", "other", "conntrack", "socat"]);
  });

  test("goes by what the host remembers where the state knows less", () => {
    const { manifest } = wantedLayer(wanted);
    const older = { ...manifest, files: [...manifest.files, "/etc/older"] };
    const steps = removalSteps(wantedLayer(wanted), host({ manifests: [older] }), lease);
    expect(steps.find(([verb]) => verb === "remove_files")).toContain("/etc/older");
  });
});
