import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import { LabError } from "../machine/lab-error";
import { gateway, hostOctet } from "../machine/network";

/** The text of a stack config. */
export function stackText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new LabError(`${file}: cannot be read: ${(error as Error).message}`);
  }
}

/** What the lab reads of a host in a stack config. */
export interface StackHost {
  readonly name: string;
  readonly address: string;
}

/** The hosts of a stack config's text, in its order; `file` names it in errors. */
export function stackHosts(text: string, file: string): StackHost[] {
  const hosts = asRecord(clusterSettings(text, file)?.hosts);
  const place = `${file}: config."plinth:cluster".hosts`;
  if (hosts === undefined) throw new LabError(`${place}: missing, expected a map of hosts by name`);
  if (Object.keys(hosts).length === 0) throw new LabError(`${place}: empty, expected a host`);
  const owners = new Map<string, string>();
  return Object.entries(hosts).map(([name, value]) => {
    const host = stackHost(name, value, place);
    const owner = owners.get(host.address);
    if (owner !== undefined) {
      throw new LabError(`${place}.${name}.address: ${host.address} is already ${owner}'s`);
    }
    owners.set(host.address, name);
    return host;
  });
}

/** Names below `addons` of a stack config's text that are switched on. */
export function stackAddons(text: string, file: string): string[] {
  const addons = asRecord(clusterSettings(text, file)?.addons) ?? {};
  return Object.keys(addons).filter((name) => {
    const settings = asRecord(addons[name]) ?? {};
    return settings.enabled !== false && Object.keys(settings).length > 0;
  });
}

function clusterSettings(text: string, file: string): Record<string, unknown> | undefined {
  const config = asRecord(asRecord(parsedYaml(text, file))?.config);
  return asRecord(config?.["plinth:cluster"]);
}

function parsedYaml(text: string, file: string): unknown {
  try {
    return load(text);
  } catch (error) {
    throw new LabError(`${file}: ${(error as Error).message.split("\n")[0] ?? "not YAML"}`);
  }
}

function stackHost(name: string, value: unknown, place: string): StackHost {
  if (!/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/.test(name)) {
    throw new LabError(
      `${place}: host name ${name}, expected at most 40 lower-case letters, digits and dashes`,
    );
  }
  const address = asRecord(value)?.address;
  if (typeof address !== "string" || hostOctet(address) === undefined) {
    throw new LabError(
      `${place}.${name}.address: got ${address === undefined ? "nothing" : JSON.stringify(address)}, ` +
        `expected an address of the lab's network 10.88.0.2-254 (${gateway} is the machine itself)`,
    );
  }
  return { name, address };
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return value as Record<string, unknown>; // a plain object by the line above
}

/** Bytes in a memory size such as `1G`, `1Gi`, `768M` or `768Mi`, all powers of 1024 as in systemd. */
export function memoryBytes(size: string, place: string): number {
  const match = /^(\d+(?:\.\d+)?)([MG])i?$/.exec(size);
  if (!match) throw new LabError(`${place}: got ${size}, expected a size like 768M or 1G`);
  return Math.round(Number(match[1]) * (match[2] === "G" ? 1024 ** 3 : 1024 ** 2));
}
