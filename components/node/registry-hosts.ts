import { stringify } from "smol-toml";
import type { HostFile } from "../../provider/api";
import type { RuntimeConfig } from "../config/model/cluster-config";

export const registryHostsDirectory = "/etc/containerd/certs.d";

/**
 * `hosts.toml` and CA of every registry that has a mirror or a CA of its own.
 * https://github.com/containerd/containerd/blob/main/docs/hosts.md
 */
export function registryFiles(runtime: RuntimeConfig): Readonly<Record<string, HostFile>> {
  const registries = new Set([
    ...Object.keys(runtime.registryMirrors),
    ...Object.keys(runtime.registryCas),
  ]);
  return Object.fromEntries([...registries].flatMap((registry) => hostFiles(runtime, registry)));
}

function hostFiles(runtime: RuntimeConfig, registry: string): [string, HostFile][] {
  const ca = runtime.registryCas[registry];
  const file = (content: string): HostFile => ({ content, mode: "0644", owner: "root:root" });
  return [
    [`${directoryOf(registry)}/hosts.toml`, file(hostsToml(runtime, registry))],
    ...(ca === undefined ? [] : [[caFile(registry), file(ca)] satisfies [string, HostFile]]),
  ];
}

// no `server`: containerd knows the registry behind a name itself, which for docker.io is another one
function hostsToml(runtime: RuntimeConfig, registry: string): string {
  const mirrors = runtime.registryMirrors[registry] ?? [];
  const caOf = (host: string) =>
    runtime.registryCas[host] === undefined ? {} : { ca: caFile(host) };
  return `${stringify({
    ...caOf(registry),
    host: Object.fromEntries(
      mirrors.map((mirror) => [
        mirror,
        { capabilities: ["pull", "resolve"], ...caOf(new URL(mirror).host) },
      ]),
    ),
  })}\n`;
}

function caFile(registry: string): string {
  return `${directoryOf(registry)}/ca.crt`;
}

// containerd's name for "every registry that has no directory of its own"
function directoryOf(registry: string): string {
  return `${registryHostsDirectory}/${registry === "*" ? "_default" : registry}`;
}
