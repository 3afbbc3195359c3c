/** A small layer and its host, for tests of what the provider thinks without one. */
import type { Unit } from "../../../provider/api";
import { noItems } from "../../../provider/layer/item-kinds";
import { sha256 } from "../../../provider/layer/layer-files";
import type { HostLayerInputs } from "../../../provider/layer/layer-inputs";
import type { Manifest } from "../../../provider/layer/manifest";
import { wantedLayer } from "../../../provider/layer/wanted-layer";
import { liveLayer } from "../../../provider/look/live-layer";
import type { LiveHost, PathState, UnitState } from "../../../provider/look/live-state";
import { plan, type Plan } from "../../../provider/plan/plan";

export const unit: Unit = {
  content: "[Service]\nExecStart=/usr/bin/app\n[Install]\nWantedBy=multi-user.target\n",
  enabled: true,
  running: true,
  restartOn: ["/etc/app.conf", "/usr/bin/app"],
  reloadOn: ["/etc/reload.conf"],
};
export const file = (content: string) => ({ content, mode: "0644", owner: "root:root" });

/** A layer of one unit that reads two files and an executable. */
export const appLayer: HostLayerInputs = {
  host: { name: "cp1", address: "10.0.0.1", port: 22, user: "root" },
  cluster: "c",
  layer: "app",
  ...noItems,
  files: { "/etc/app.conf": file("1"), "/etc/reload.conf": file("1") },
  binaries: { "/usr/bin/app": { url: "http://x/app", sha256: "a".repeat(64), mode: "0755" } },
  units: { "app.service": unit },
  unitOrder: ["app.service"],
};
export const unitPath = "/etc/systemd/system/app.service";
export const startedAt = 1000;

export function pathState(parts: Partial<PathState> = {}): PathState {
  return {
    kind: "file",
    mode: "0644",
    owner: "root:root",
    changedAt: startedAt - 100,
    stat: "s",
    ...parts,
  };
}

export const running: UnitState = {
  loaded: true,
  running: true,
  active: true,
  invocation: "one",
  needsReload: false,
  dropIns: [],
  startedAt,
  state: "active (running)",
};

/** A host on which the layer is applied and runs, with what is given put in its place. */
export function appHost(
  parts: {
    paths?: Record<string, PathState | undefined>;
    hashes?: Record<string, string>;
    unit?: UnitState;
    record?: Record<string, string>;
    manifests?: Manifest[];
    binaryKey?: string;
  } = {},
): LiveHost {
  const paths: Record<string, PathState | undefined> = {
    "/etc": pathState({ kind: "directory" }),
    "/etc/app.conf": pathState(),
    "/etc/reload.conf": pathState(),
    "/usr": pathState({ kind: "directory" }),
    "/usr/bin": pathState({ kind: "directory" }),
    "/usr/bin/app": pathState({ mode: "0755" }),
    "/etc/systemd": pathState({ kind: "directory" }),
    "/etc/systemd/system": pathState({ kind: "directory" }),
    [unitPath]: pathState(),
    "/etc/systemd/system/multi-user.target.wants/app.service": pathState({
      kind: "link",
      target: unitPath,
    }),
    ...parts.paths,
  };
  const hashes = {
    "/etc/app.conf": sha256("1"),
    "/etc/reload.conf": sha256("1"),
    [unitPath]: sha256(unit.content),
    ...parts.hashes,
  };
  const record = parts.record && { invocation: "one", inputs: parts.record };
  const there = Object.entries(paths).filter(
    (entry): entry is [string, PathState] => entry[1] !== undefined,
  );
  const manifests = parts.manifests ?? [wantedLayer(appLayer).manifest];
  return {
    asked: new Set(),
    paths: new Map(there),
    hashes: new Map(Object.entries(hashes)),
    units: new Map([["app.service", parts.unit ?? running]]),
    sysctls: new Map(),
    packages: new Set(),
    modules: new Set(),
    users: new Map(),
    groups: new Map(),
    manifests: new Map(manifests.map((manifest) => [manifest.layer, manifest])),
    binaries: new Map([
      [
        "/usr/bin/app",
        { key: parts.binaryKey ?? "a".repeat(64), sha256: "a".repeat(64), stat: "s" },
      ],
    ]),
    records: new Map(record ? [["app.service", record]] : []),
    marker: { cluster: "c" },
  };
}

/** The keys of everything that the unit reads, as the layer wants it. */
export const rightKeys: Readonly<Record<string, string>> = Object.fromEntries(
  (wantedLayer(appLayer).unitPaths.get("app.service") ?? []).map((path) => [
    path,
    wantedLayer(appLayer).keys.get(path) ?? "",
  ]),
);

/** The plan for a host, from inputs. */
export function planned(
  inputs: HostLayerInputs,
  old: HostLayerInputs | undefined,
  host: LiveHost,
): Plan {
  const wanted = wantedLayer(inputs);
  return plan(wanted, old && wantedLayer(old), liveLayer(wanted, host));
}
