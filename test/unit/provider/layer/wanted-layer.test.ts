import { sha256 } from "../../../../provider/layer/layer-files";
import type { HostLayerInputs } from "../../../../provider/layer/layer-inputs";
import { wantedLayer } from "../../../../provider/layer/wanted-layer";
import { appLayer, file, unit } from "../../../support/provider/app-layer";

const empty = { ...appLayer, files: {}, binaries: {}, units: {}, unitOrder: [] };

function wanted(parts: Partial<HostLayerInputs>) {
  return wantedLayer({ ...empty, ...parts });
}

describe("text files of a layer are those that it lists and", () => {
  const rootOwned = (content: string) => ({ content, mode: "0644", owner: "root:root" });
  test.each<[string, Partial<HostLayerInputs>, HostLayerInputs["files"]]>([
    ["none where nothing has to hold over a reboot", {}, {}],
    [
      "one per unit",
      { units: { "app.service": unit } },
      { "/etc/systemd/system/app.service": rootOwned(unit.content) },
    ],
    [
      "one that loads kernel modules at boot",
      { modules: ["overlay", "br_netfilter"] },
      { "/etc/modules-load.d/plinth-app.conf": rootOwned("overlay\nbr_netfilter\n") },
    ],
    [
      "one that sets kernel parameters at boot",
      { sysctls: { "net.ipv4.ip_forward": "1", "vm.swappiness": "0" } },
      {
        "/etc/sysctl.d/90-plinth-app.conf": rootOwned(
          "net.ipv4.ip_forward = 1\nvm.swappiness = 0\n",
        ),
      },
    ],
  ])("%s", (_, parts, added) => {
    const files = { "/etc/secret": { content: "x", mode: "0600", owner: "app:app" } };
    expect(wanted({ files, ...parts }).files).toEqual({ ...files, ...added });
  });
});

test("a content is known by its sum, a link by its target, an executable by its artifact and member", () => {
  const artifact = { url: "http://x/all.tgz", sha256: "b".repeat(64), mode: "0755" };
  const { keys } = wanted({
    files: { "/etc/a": file("1") },
    links: { "/etc/l": { target: "a" } },
    binaries: { "/opt/all": artifact, "/opt/one": { ...artifact, member: "bin/one" } },
  });
  expect(Object.fromEntries(keys)).toEqual({
    "/etc/a": sha256("1"),
    "/etc/l": "-> a",
    "/opt/all": "b".repeat(64),
    "/opt/one": `${"b".repeat(64)}:bin/one`,
  });
});

test("directories of all items are made from the top down, each once", () => {
  const { directories } = wanted({
    directories: { "/var/lib/app": { mode: "0700", owner: "app:app" } },
    files: { "/srv/b/file": file("1"), "/srv/a/file": file("1") },
    links: { "/links/l": { target: "a" } },
    binaries: { "/opt/bin/app": { url: "http://x/app", sha256: "a".repeat(64), mode: "0755" } },
  });
  expect(directories).toEqual([
    "/links",
    "/opt",
    "/opt/bin",
    "/srv",
    "/srv/a",
    "/srv/b",
    "/var",
    "/var/lib",
    "/var/lib/app",
  ]);
});

test("a unit depends on its own file and on each file it names, once", () => {
  const both = { ...unit, restartOn: ["/etc/a", "/etc/b"], reloadOn: ["/etc/b", "/etc/c"] };
  const { unitPaths } = wanted({ units: { "app.service": both } });
  expect(Object.fromEntries(unitPaths)).toEqual({
    "app.service": ["/etc/systemd/system/app.service", "/etc/a", "/etc/b", "/etc/c"],
  });
});

test("a unit starts at boot by the links of its [Install] section", () => {
  const { bootLinks } = wanted({ units: { "app.service": unit } });
  expect(Object.fromEntries(bootLinks)).toEqual({
    "app.service": ["/etc/systemd/system/multi-user.target.wants/app.service"],
  });
});
