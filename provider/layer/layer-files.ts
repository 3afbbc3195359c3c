/** All text files of a layer: those it lists, its unit files, and those that hold over a reboot. */
import { createHash } from "node:crypto";
import type { HostFile } from "../api";
import type { HostLayerInputs } from "./layer-inputs";

export function sha256(text: string | Buffer): string {
  return createHash("sha256").update(text).digest("hex");
}

export function unitFile(unit: string): string {
  return `/etc/systemd/system/${unit}`;
}

/** Links that `systemctl enable` makes for a unit, by its [Install] section. */
export function installLinks(unit: string, content: string): string[] {
  const directories: Record<string, string> = {
    WantedBy: ".wants/",
    RequiredBy: ".requires/",
    UpheldBy: ".upholds/",
  };
  const links: string[] = [];
  let section = "";
  for (const line of content.split("\n")) {
    section = /^\[(.*)\]$/.exec(line)?.[1] ?? section;
    const [, key = "", values = ""] = /^(\w+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (section !== "Install") continue;
    for (const value of values.split(/\s+/).filter(Boolean)) {
      const directory = directories[key];
      if (directory) links.push(unitFile(`${value}${directory}${unit}`));
      if (key === "Alias") links.push(unitFile(value));
    }
  }
  return links;
}

export function modulesFile(layer: string): string {
  return `/etc/modules-load.d/plinth-${layer}.conf`;
}

export function sysctlsFile(layer: string): string {
  return `/etc/sysctl.d/90-plinth-${layer}.conf`;
}

/** File below /proc/sys of a kernel parameter; names with slashes (`net/ipv4/conf/eth0.1/…`) as sysctl(8). */
export function sysctlPath(name: string): string {
  return `/proc/sys/${name.includes("/") ? name : name.replaceAll(".", "/")}`;
}

/** Every text file of the layer by path. */
export function layerFiles(inputs: HostLayerInputs): Record<string, HostFile> {
  const text = (content: string): HostFile => ({ content, mode: "0644", owner: "root:root" });
  const files: Record<string, HostFile> = { ...inputs.files };
  for (const [name, unit] of Object.entries(inputs.units))
    files[unitFile(name)] = text(unit.content);
  const { modules, sysctls, layer } = inputs;
  if (modules.length > 0) files[modulesFile(layer)] = text(`${modules.join("\n")}\n`);
  const lines = Object.entries(sysctls).map(([name, value]) => `${name} = ${value}\n`);
  if (lines.length > 0) files[sysctlsFile(layer)] = text(lines.join(""));
  return files;
}

/** Identifies what an executable is: its artifact's checksum, and the member of it. */
export function binaryKey(binary: { readonly sha256: string; readonly member?: string }): string {
  return binary.member === undefined ? binary.sha256 : `${binary.sha256}:${binary.member}`;
}
