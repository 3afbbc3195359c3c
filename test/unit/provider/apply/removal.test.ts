import { removalSteps } from "../../../../provider/apply/removal";
import { wantedLayer } from "../../../../provider/layer/wanted-layer";
import { appHost as host, appLayer as wanted } from "../../../support/provider/app-layer";

describe("removal", () => {
  const lease = ["take_lease"] as const;

  test("of a layer that was never there, on a host that is nobody's, does nothing", () => {
    const { marker, ...nobodys } = host({ manifests: [] });
    expect(marker).toBeDefined();
    expect(removalSteps(wantedLayer(wanted), nobodys, lease)).toEqual([]);
  });

  test("stops before it kills, kills before it unmounts, and forgets last", () => {
    const data = { ...wanted, dataDirectories: ["/var/lib/app"] };
    const verbs = removalSteps(wantedLayer(data), host(), lease).map(([verb]) => verb);
    expect(verbs).toEqual([
      "take_lease",
      "lock_layer",
      "retire_units",
      "kill_leftovers",
      "unmount_below",
      "remove_data",
      "remove_files",
      "remove_stages",
      "forget_units",
      "reload_systemd",
      "remove_packages",
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
      ["remove_data", "/var/lib/app"],
    ]);
  });

  test("leaves what another layer lists, and hands it the packages that both have", () => {
    const own = { ...wanted, packages: ["socat"] };
    const { manifest } = wantedLayer(own);
    const other = {
      ...manifest,
      layer: "other",
      units: [],
      binaries: [],
      files: ["/etc/app.conf"],
    };
    const steps = removalSteps(wantedLayer(own), host({ manifests: [manifest, other] }), lease);
    expect(steps.find(([verb]) => verb === "remove_files")).not.toContain("/etc/app.conf");
    expect(steps).toContainEqual(["remove_packages", "app", "other", "socat"]);
  });

  test("goes by what the host remembers where the state knows less", () => {
    const { manifest } = wantedLayer(wanted);
    const older = { ...manifest, files: [...manifest.files, "/etc/older"] };
    const steps = removalSteps(wantedLayer(wanted), host({ manifests: [older] }), lease);
    expect(steps.find(([verb]) => verb === "remove_files")).toContain("/etc/older");
  });
});
