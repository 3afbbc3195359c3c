import type { Unit } from "../../../../provider/api";
import { noItems } from "../../../../provider/layer/item-kinds";
import { wantedLayer } from "../../../../provider/layer/wanted-layer";
import type { HostLayerInputs } from "../../../../provider/layer/layer-inputs";
import { restartNotesLine } from "../../../../provider/plan/restart-notes";
import { restartNotes } from "../../../../provider/plan/preview-text";

const unit: Unit = {
  content: "[Service]\nExecStart=/usr/bin/app\n",
  enabled: false,
  running: true,
  restartOn: ["/etc/app.conf"],
  reloadOn: ["/etc/reload.conf"],
};

/** A layer of one host with two units, of which `app` reads two files. */
function layer(parts: Partial<HostLayerInputs> = {}, changed: string[] = []): HostLayerInputs {
  const connection = { name: "h1", address: "10.0.0.1", port: 22, user: "root" };
  const file = (path: string): HostLayerInputs["files"] => ({
    [path]: { content: changed.includes(path) ? "2" : "1", mode: "0644", owner: "root:root" },
  });
  const units = parts.units ?? {
    "app.service": unit,
    "other.service": { ...unit, restartOn: [], reloadOn: [] },
  };
  return {
    host: connection,
    cluster: "c",
    layer: "l",
    ...noItems,
    files: { ...file("/etc/app.conf"), ...file("/etc/reload.conf"), ...file("/etc/motd") },
    unitOrder: Object.keys(units),
    rollout: { group: "g", maxUnavailable: 1 },
    ...parts,
    units,
  };
}

const turn = "(one host of g at a time)";
const stopped = { "app.service": { ...unit, running: false }, "other.service": unit };
const drained: HostLayerInputs["rollout"] = {
  group: "g",
  maxUnavailable: 2,
  before: { host: { ...layer().host, name: "h2" }, command: ["drain", "h1"], deadlineSeconds: 9 },
};

test.each([
  ["what a unit starts with", layer({}, ["/etc/app.conf"]), `restarts app on h1 ${turn}`],
  ["what a unit reads again", layer({}, ["/etc/reload.conf"]), "reloads app on h1"],
  ["both", layer({}, ["/etc/app.conf", "/etc/reload.conf"]), `restarts app on h1 ${turn}`],
  ["what no unit reads", layer({}, ["/etc/motd"]), "interrupts nothing on h1"],
  ["a kernel parameter", layer({ sysctls: { "vm.a": "1" } }), "interrupts nothing on h1"],
  ["whether a unit runs", layer({ units: stopped }), `stops app on h1 ${turn}`],
  ["a unit that goes", layer({ units: { "app.service": unit } }), `stops other on h1 ${turn}`],
  [
    "a unit that comes",
    layer({ units: { ...layer().units, "new.service": unit } }),
    "starts new on h1",
  ],
  [
    "what a unit of a drained host starts with",
    layer({ rollout: drained }, ["/etc/app.conf"]),
    'restarts app on h1 (2 hosts of g at a time, after "drain h1" on h2)',
  ],
])("a preview without a look at the host tells the consequence of %s", (_, wanted, said) => {
  expect(restartNotesLine(restartNotes(wantedLayer(wanted), wantedLayer(layer()), undefined))).toBe(
    said,
  );
});
