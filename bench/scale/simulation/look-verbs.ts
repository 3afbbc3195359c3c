/** scripts/look.sh on a simulated host. */
import type { SimulatedHost, Verbs } from "./simulated-host";

const leaseFile = "/run/plinth/lease.json";
const markerFile = "/etc/plinth/cluster.json";
const layersFolder = "/etc/plinth/layers/";

function section(name: string, lines: readonly string[]): string {
  return `\n@${name}\n${lines.map((line) => `${line}\n`).join("")}`;
}

/** `Sat 2026-11-21 14:52:27 UTC` */
function timestamp(seconds: number): string {
  const date = new Date(seconds * 1000);
  const day = date.toUTCString().slice(0, 3);
  return `${day} ${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function unitBlock(host: SimulatedHost, name: string): string {
  const unit = host.units.get(name);
  const file = `/etc/systemd/system/${name}`;
  const onDisk = host.disk.get(file)?.sha256;
  const started = unit?.active ? timestamp(unit.startedAt) : "";
  const monotonic = unit?.active ? Math.round((unit.startedAt - host.bootedAt) * 1e6) : 0;
  return [
    `Id=${name}`,
    "Type=simple",
    `LoadState=${onDisk === undefined ? "not-found" : "loaded"}`,
    `ActiveState=${unit?.active ? "active" : "inactive"}`,
    `SubState=${unit?.active ? "running" : "dead"}`,
    `InvocationID=${unit?.active ? unit.invocation : ""}`,
    `NeedDaemonReload=${unit && onDisk !== unit.loaded ? "yes" : "no"}`,
    "DropInPaths=",
    `FragmentPath=${onDisk === undefined ? "" : file}`,
    `ExecMainStartTimestamp=${started}`,
    `ExecMainStartTimestampMonotonic=${monotonic}`,
    `ActiveEnterTimestamp=${started}`,
    `ActiveEnterTimestampMonotonic=${monotonic}`,
    "",
  ].join("\n");
}

function textLines(host: SimulatedHost, path: string): string[] {
  const kernel = host.sysctls.get(path);
  const text = kernel ?? host.disk.get(path)?.content?.toString();
  if (text === undefined) return [];
  return text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => `${path}:${line}`);
}

function modulesThere(host: SimulatedHost, names: readonly string[]): string {
  return section(
    "modules",
    names.filter((name) => host.modules.has(name)),
  );
}

/** What the other layers of the host asked last, and the answers. */
function otherLayers(host: SimulatedHost, own: string): string {
  const files = host.disk
    .paths(layersFolder, ".questions")
    .filter((path) => path !== `${layersFolder}${own}.questions`);
  const texts = files.map((path) => host.disk.get(path)?.content?.toString() ?? "");
  const asked = [...new Set(texts.flatMap((text) => text.split("\n").filter(Boolean)))].sort();
  const answers = Object.entries(questionVerbs).flatMap(([name, verb]) => {
    const names = asked.flatMap((line) =>
      line.startsWith(`${name} `) ? [line.slice(name.length + 1)] : [],
    );
    return names.length > 0 ? [String(verb(host, names, Buffer.alloc(0)))] : [];
  });
  return [section("asked", asked), ...answers].join("");
}

const questionVerbs: Verbs = {
  look_stat: (host, paths) =>
    section(
      "stat",
      paths.flatMap((path) => host.disk.statLine(path) ?? []),
    ),
  look_hash: (host, paths) =>
    section(
      "sha256",
      paths.flatMap((path) => {
        const entry = host.disk.get(path);
        return entry?.kind === "file" ? [`${entry.sha256}  ${path}`] : [];
      }),
    ),
  look_units: (host, names) =>
    section(
      "units",
      names.map((name) => unitBlock(host, name)),
    ),
  look_text: (host, paths) =>
    section(
      "text",
      [markerFile, leaseFile, ...host.disk.paths(layersFolder, ".json"), ...paths].flatMap((path) =>
        textLines(host, path),
      ),
    ),
  look_packages: (host, names) =>
    section(
      "packages",
      names.filter((name) => host.packages.has(name)).map((name) => `installed ${name}`),
    ),
  look_modules: modulesThere,
};

export const lookVerbs: Verbs = {
  ...questionVerbs,
  look_clock: (host) => {
    const seconds = Date.now() / 1000;
    const uptime = (seconds - host.bootedAt).toFixed(2);
    return section("clock", [`${uptime} ${uptime}`, seconds.toFixed(9)]);
  },
  look_layers: (host, [own = ""]) => otherLayers(host, own),
  survey_modules: (_, names) => section("modules", names),
  survey_commands: (_, names) => section("commands", names),
  survey_paths: (host, paths) =>
    section(
      "paths",
      paths.filter((path) => host.disk.get(path)),
    ),
  look_content: (host, paths) =>
    section(
      "content",
      paths.map((path) => `${path}\t${host.disk.get(path)?.content?.toString("base64") ?? ""}`),
    ),
};
