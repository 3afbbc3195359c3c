/** One look at a host: what is asked, and the answer as a live state. */
import type { HostConnection } from "../api";
import type { HostLayerInputs } from "../layer/layer-inputs";
import { sysctlPath } from "../layer/layer-files";
import { liveHost, sections, type LiveHost } from "./live-state";
import { layersDirectory } from "../layer/manifest";
import { foreignReason } from "../layer/marker";
import type { WantedLayer } from "../layer/wanted-layer";
import type { Step } from "../ssh/framing";
import type { Hosts } from "../ssh/hosts";

/** Steps that gather everything the given versions of a layer name, plus all manifests. */
export function lookSteps(versions: readonly WantedLayer[]): Step[] {
  const all = (names: (version: WantedLayer) => Iterable<string>): string[] => [
    ...new Set(versions.flatMap((version) => [...names(version)])),
  ];
  const files = all((version) => Object.keys(version.files));
  const units = all(({ inputs }) => Object.keys(inputs.units));
  const paths = all(({ directories, keys, bootLinks }) => [
    ...directories,
    ...keys.keys(),
    ...[...bootLinks.values()].flat(),
  ]);
  const texts = [
    ...all(({ inputs }) => [`${layersDirectory}/${inputs.layer}.binaries`]),
    ...units.map((unit) => `/run/plinth/units/${unit}.json`),
    ...all(({ inputs }) => Object.keys(inputs.sysctls)).map(sysctlPath),
  ];
  const users = all(({ inputs }) => Object.keys(inputs.users));
  const packages = all(({ inputs }) => inputs.packages);
  const modules = all(({ inputs }) => inputs.modules).map((name) => name.replaceAll("-", "_"));
  const steps: Step[] = [["look_clock"], ["look_stat", ...paths], ["look_hash", ...files]];
  if (units.length > 0) steps.push(["look_units", ...units]);
  steps.push(["look_text", ...texts]);
  if (packages.length > 0) steps.push(["look_packages", ...packages]);
  if (users.length > 0) steps.push(["look_users", ...users]);
  if (modules.length > 0) steps.push(["look_modules", ...modules]);
  return steps.filter((step) => !["look_stat", "look_hash"].includes(step[0]) || step.length > 1);
}

/** What a layer asks of its host, a line each, as the host remembers it beside the layer's manifest. */
export function questions(wanted: WantedLayer): string[] {
  return lookSteps([wanted]).flatMap(([verb, ...names]) => names.map((name) => `${verb} ${name}`));
}

/** The live state as far as the given versions of a layer name it. */
export async function askedHost(
  hosts: Hosts,
  host: HostConnection,
  versions: readonly WantedLayer[],
): Promise<LiveHost> {
  const { stdout } = await hosts.run(host, lookSteps(versions));
  return withBinaries(liveHost(stdout), hosts, host, versions);
}

/** The live state with the checksums of executables that size and times do not identify. */
export async function withBinaries(
  live: LiveHost,
  hosts: Hosts,
  host: HostConnection,
  versions: readonly WantedLayer[],
): Promise<LiveHost> {
  const suspects = unrecognisedBinaries(live, versions);
  if (suspects.length === 0) return live;
  const hashed = liveHost((await hosts.run(host, [["look_hash", ...suspects]])).stdout).hashes;
  return { ...live, hashes: new Map([...live.hashes, ...hashed]) };
}

/** Executables that have changed from outside since they were recorded, or never were. */
function unrecognisedBinaries(live: LiveHost, versions: readonly WantedLayer[]): string[] {
  const paths = new Set(versions.flatMap(({ inputs }) => Object.keys(inputs.binaries)));
  return [...paths].filter((path) => {
    const state = live.paths.get(path);
    return state?.kind === "file" && state.stat !== live.binaries.get(path)?.stat;
  });
}

/** Contents of files by path, as bytes. */
export async function fileContents(
  hosts: Hosts,
  host: HostConnection,
  paths: readonly string[],
): Promise<Map<string, Buffer>> {
  if (paths.length === 0) return new Map();
  const { stdout } = await hosts.run(host, [["look_content", ...paths]]);
  const lines = (sections(stdout).get("content") ?? []).filter((line) => line.includes("\t"));
  return new Map(
    lines.map((line) => {
      const [path = "", base64 = ""] = line.split("\t");
      return [path, Buffer.from(base64, "base64")];
    }),
  );
}

/** The machine is not, or not surely, the host that a layer is for. */
export class ForeignHost extends Error {}

/** Refuses a host that another cluster owns, or that is another host of this one. */
export function refuseForeign(
  { marker }: Pick<LiveHost, "marker">,
  inputs: HostLayerInputs,
  isCreated = false,
): void {
  const reason = foreignReason(marker, inputs, isCreated);
  if (reason !== undefined) throw new ForeignHost(`${inputs.host.name}: ${reason}`);
}
