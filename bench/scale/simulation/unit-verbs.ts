/** scripts/units.sh and scripts/ready.sh on a simulated host, where whatever is started runs. */
import { randomBytes } from "node:crypto";
import { installLinks } from "../../../provider/layer/layer-files";
import type { SimulatedHost, SimulatedUnit, Verbs } from "./simulated-host";

const unitFolder = "/etc/systemd/system";
const records = "/run/plinth/units";

function unitOf({ units, disk }: SimulatedHost, name: string): SimulatedUnit {
  const loaded = disk.get(`${unitFolder}/${name}`)?.sha256 ?? "";
  const unit = units.get(name) ?? { active: false, invocation: "", startedAt: 0, loaded };
  units.set(name, unit);
  return unit;
}

function links({ disk }: SimulatedHost, name: string): string[] {
  const content = disk.get(`${unitFolder}/${name}`)?.content?.toString() ?? "";
  return installLinks(name, content);
}

export const unitVerbs: Verbs = {
  enable_units: (host, names) => {
    for (const name of names)
      for (const path of links(host, name))
        host.disk.put(path, { kind: "link", mode: "777", target: `${unitFolder}/${name}` });
  },
  disable_units: (host, names) => {
    for (const name of names) for (const path of links(host, name)) host.disk.remove(path);
  },
  reload_systemd: ({ units, disk }) => {
    for (const [name, unit] of units) unit.loaded = disk.get(`${unitFolder}/${name}`)?.sha256 ?? "";
  },
  launch_units: (host, [verb = "", ...names]) => {
    host.say(`@@ ${verb}ing ${names.join(", ")}`);
    for (const name of names) {
      const unit = unitOf(host, name);
      if (unit.active && verb === "start") continue;
      unit.active = true;
      unit.invocation = randomBytes(16).toString("hex");
      unit.startedAt = Date.now() / 1000;
    }
  },
  stop_units: (host, names) => {
    for (const name of names) unitOf(host, name).active = false;
  },
  signal_reload: (host, names) => {
    for (const name of names) host.say(`@@ reloading ${name}`);
  },
  settle_units: () => undefined,
  verify_units: () => undefined,
  wait_for: (host, [what = ""]) => host.say(`@@ waiting for ${what}`),
  record_unit: (host, [name = "", before = "", same = "", next = ""]) => {
    const { active, invocation } = unitOf(host, name);
    const inputs = invocation === before ? same : next;
    if (!active || inputs === "") return;
    const text = JSON.stringify({ invocation, inputs: JSON.parse(inputs) as unknown });
    host.disk.makeDirectories(records);
    host.disk.write(`${records}/${name}.json`, "0600", `${text}\n`);
  },
};
