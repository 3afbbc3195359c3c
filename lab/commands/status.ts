import { existsSync, readFileSync, readdirSync } from "node:fs";
import { daemonRuns } from "../machine/daemon";
import { recordedHosts } from "../host/host-disk";
import { hostState } from "../host/hosts";
import { runDir } from "../machine/paths";

/** The lab's hosts and services, a line each. */
export function statusLines(): string[] {
  const hosts = recordedHosts();
  const names = new Set(hosts.map(({ name }) => name));
  const rows = hosts.map((host) => [
    host.name,
    host.address,
    hostState(host),
    host.memoryBytes === undefined ? "" : `memory limit ${host.memoryBytes / 1024 ** 2} MiB`,
  ]);
  const services = existsSync(runDir)
    ? readdirSync(runDir, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && !names.has(entry.name))
        .map(({ name }) => [name, serviceAddress(name), daemonRuns(name) ? "running" : "stopped"])
    : [];
  if (rows.length + services.length === 0)
    return ["no hosts; `lab up` makes those of a stack config"];
  return table([...rows, ...services]);
}

function serviceAddress(name: string): string {
  try {
    return readFileSync(`${runDir}/${name}/address`, "utf8").trim();
  } catch {
    return "";
  }
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = [0, 1, 2].map((column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
