/** A layer with an item of every kind that a look compares, and a host that has all of it. */
import type { Unit } from "../../../provider/api";
import type { HostLayerInputs } from "../../../provider/layer/layer-inputs";
import { binaryKey, sha256, sysctlPath } from "../../../provider/layer/layer-files";
import { wantedLayer } from "../../../provider/layer/wanted-layer";
import type { LiveHost, PathState } from "../../../provider/look/live-state";
import { appLayer, file, pathState, running, unit } from "./app-layer";

/** A unit that starts after `app.service` and reads nothing but its own file. */
export const helper: Unit = { ...unit, restartOn: [], reloadOn: [] };

export const fullLayer: HostLayerInputs = {
  ...appLayer,
  packages: ["socat"],
  users: { app: { home: "/srv/app", groups: ["adm", "tty"] } },
  directories: { "/srv/app": { mode: "0750", owner: "app:app" } },
  files: { ...appLayer.files, "/srv/app/key": { ...file("key"), mode: "0400" } },
  links: { "/usr/bin/app-link": { target: "app" } },
  binaries: {
    ...appLayer.binaries,
    "/usr/bin/tool": {
      url: "http://x/tools.tgz",
      sha256: "c".repeat(64),
      member: "bin/tool",
      mode: "0755",
    },
  },
  modules: ["ip-vs"],
  sysctls: { "net.ipv4.ip_local_port_range": "1024 65000" },
  units: { ...appLayer.units, "helper.service": helper },
  unitOrder: ["app.service", "helper.service"],
};

/** A host that has all that a layer wants, whose units run with it and start at boot. */
export function fullHost(inputs: HostLayerInputs = fullLayer): LiveHost {
  const wanted = wantedLayer(inputs);
  const { users, binaries } = inputs;
  const paths: Record<string, PathState> = {};
  for (const path of wanted.directories)
    paths[path] = pathState({ kind: "directory", mode: "0755", ...inputs.directories[path] });
  for (const [path, { mode, owner }] of Object.entries(wanted.files))
    paths[path] = pathState({ mode, owner });
  for (const [path, { target }] of Object.entries(inputs.links))
    paths[path] = pathState({ kind: "link", target });
  for (const [path, { mode }] of Object.entries(binaries)) paths[path] = pathState({ mode });
  for (const path of [...wanted.bootLinks.values()].flat())
    paths[path] = pathState({ kind: "link" });
  const members = (group: string): string[] =>
    Object.keys(users).filter((name) => users[name]?.groups.includes(group));
  const groups = Object.values(users).flatMap((user) => user.groups);
  const keys = (of: readonly string[]): Record<string, string> =>
    Object.fromEntries(of.map((path) => [path, wanted.keys.get(path) ?? ""]));
  return {
    asked: new Set(),
    paths: new Map(Object.entries(paths)),
    hashes: new Map(
      Object.entries(wanted.files).map(([path, { content }]) => [path, sha256(content)]),
    ),
    units: new Map(inputs.unitOrder.map((name) => [name, running])),
    sysctls: new Map(
      Object.entries(inputs.sysctls).map(([name, value]) => [sysctlPath(name), value]),
    ),
    packages: new Set(inputs.packages),
    modules: new Set(inputs.modules.map((name) => name.replaceAll("-", "_"))),
    users: new Map(Object.entries(users).map(([name, { home }]) => [name, { home }])),
    groups: new Map(groups.map((group) => [group, members(group)])),
    manifests: new Map([[inputs.layer, wanted.manifest]]),
    binaries: new Map(
      Object.entries(binaries).map(([path, binary]) => [
        path,
        { key: binaryKey(binary), sha256: binary.sha256, stat: "s" },
      ]),
    ),
    records: new Map(
      [...wanted.unitPaths].map(([name, of]) => [name, { invocation: "one", inputs: keys(of) }]),
    ),
  };
}

/** A map with one value put in its place, or without it. */
export function put<T>(
  map: ReadonlyMap<string, T>,
  key: string,
  value: T | undefined,
): Map<string, T> {
  const changed = new Map(map);
  if (value === undefined) changed.delete(key);
  else changed.set(key, value);
  return changed;
}
