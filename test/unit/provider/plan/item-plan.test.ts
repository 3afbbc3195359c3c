import { noItems } from "../../../../provider/layer/item-kinds";
import type { HostLayerInputs } from "../../../../provider/layer/layer-inputs";
import { wantedLayer } from "../../../../provider/layer/wanted-layer";
import { differingPaths, liveLayer } from "../../../../provider/look/live-layer";
import type { LiveHost, PathState } from "../../../../provider/look/live-state";
import { itemPlan, type ItemPlan } from "../../../../provider/plan/item-plan";
import { pathState } from "../../../support/provider/app-layer";
import { fullHost, fullLayer, put } from "../../../support/provider/full-layer";

/** The lists of a plan that are not empty. */
function planned(host: LiveHost, inputs: HostLayerInputs = fullLayer): Partial<ItemPlan> {
  const wanted = wantedLayer(inputs);
  const plan = itemPlan(wanted, host, differingPaths(wanted, liveLayer(wanted, host)));
  return Object.fromEntries(
    Object.entries<readonly unknown[]>({ ...plan }).filter(([, list]) => list.length > 0),
  );
}

const right = fullHost();
const at = (path: string, state: Partial<PathState> | undefined): LiveHost => ({
  ...right,
  paths: put(right.paths, path, state && pathState(state)),
});
const portRange = "/proc/sys/net/ipv4/ip_local_port_range";
const tool = { member: "bin/tool", mode: "0755", path: "/usr/bin/tool" };
const toolFetch = { url: "http://x/tools.tgz", sha256: "c".repeat(64), members: [tool] };

test("nothing is done to items of a host that has all of them", () => {
  expect(planned(right)).toEqual({});
});

describe("what a host lacks or has otherwise is put right, and nothing else", () => {
  test.each<[string, LiveHost, Partial<ItemPlan>]>([
    ["a missing package", { ...right, packages: new Set(["vim"]) }, { packages: ["socat"] }],
    ["a missing user", { ...right, users: new Map() }, { users: ["app"] }],
    [
      "a user with another home",
      { ...right, users: new Map([["app", { home: "/old" }]]) },
      { users: ["app"] },
    ],
    [
      "a user who is missing in one of its groups",
      { ...right, groups: put(right.groups, "tty", ["ann"]) },
      { users: ["app"] },
    ],
    [
      "a user of whose groups one is missing",
      { ...right, groups: put(right.groups, "tty", undefined) },
      { users: ["app"] },
    ],
    [
      "a missing directory",
      at("/srv/app", undefined),
      { makeDirectories: ["/srv/app"], directories: ["/srv/app"] },
    ],
    ["a missing parent of a listed one", at("/srv", undefined), { makeDirectories: ["/srv"] }],
    [
      "a directory of another mode",
      at("/srv/app", { kind: "directory", mode: "0777", owner: "app:app" }),
      { directories: ["/srv/app"] },
    ],
    [
      "a directory of another owner",
      at("/srv/app", { kind: "directory", mode: "0750", owner: "root:root" }),
      { directories: ["/srv/app"] },
    ],
    [
      "a file in the place of a directory",
      at("/srv/app", { mode: "0750", owner: "app:app" }),
      { directories: ["/srv/app"] },
    ],
    ["a missing file", at("/etc/app.conf", undefined), { files: ["/etc/app.conf"] }],
    ["a missing link", at("/usr/bin/app-link", undefined), { links: ["/usr/bin/app-link"] }],
    [
      "a link elsewhere",
      at("/usr/bin/app-link", { kind: "link", target: "/bin/false" }),
      { links: ["/usr/bin/app-link"] },
    ],
    ["a missing executable", at("/usr/bin/tool", undefined), { fetches: [toolFetch] }],
    ["a module that is not loaded", { ...right, modules: new Set() }, { modules: ["ip-vs"] }],
    [
      "another value of a kernel parameter",
      { ...right, sysctls: new Map([[portRange, "32768\t60999"]]) },
      { sysctls: ["net.ipv4.ip_local_port_range"] },
    ],
    [
      "a kernel parameter that can't be read",
      { ...right, sysctls: new Map() },
      { sysctls: ["net.ipv4.ip_local_port_range"] },
    ],
  ])("%s", (_, host, expected) => {
    expect(planned(host)).toEqual(expected);
  });
});

describe("modes and owners", () => {
  test.each<[string, LiveHost, Partial<ItemPlan>]>([
    [
      "a mode that was opened is closed without a transfer",
      at("/srv/app/key", { mode: "0644" }),
      { modes: [{ path: "/srv/app/key", mode: "0400" }] },
    ],
    [
      "a mode is set again after its owner, for a change of the owner may clear bits of it",
      at("/srv/app/key", { mode: "0400", owner: "app:app" }),
      {
        owners: [{ path: "/srv/app/key", owner: "root:root" }],
        modes: [{ path: "/srv/app/key", mode: "0400" }],
      },
    ],
    [
      "an executable that others could write is closed without a fetch",
      at("/usr/bin/tool", { mode: "0777" }),
      { modes: [{ path: "/usr/bin/tool", mode: "0755" }] },
    ],
    [
      "an executable belongs to root",
      at("/usr/bin/tool", { mode: "0755", owner: "app:app" }),
      {
        owners: [{ path: "/usr/bin/tool", owner: "root:root" }],
        modes: [{ path: "/usr/bin/tool", mode: "0755" }],
      },
    ],
    [
      "a directory behind a link is not touched, for what it points to may be anybody's",
      at("/srv/app", { kind: "link", mode: "0777", target: "/mnt" }),
      {},
    ],
  ])("%s", (_, host, expected) => {
    expect(planned(host)).toEqual(expected);
  });

  test("an executable that is fetched as it is, is no member of an archive", () => {
    const binary = { url: "http://x/app", sha256: "a".repeat(64), mode: "0755" };
    const inputs = {
      ...fullLayer,
      ...noItems,
      unitOrder: [],
      binaries: { "/usr/bin/app": binary },
    };
    const { fetches } = planned(at("/usr/bin/app", undefined), inputs);
    expect(fetches).toEqual([
      {
        url: binary.url,
        sha256: binary.sha256,
        members: [{ member: "", mode: "0755", path: "/usr/bin/app" }],
      },
    ]);
  });
});
