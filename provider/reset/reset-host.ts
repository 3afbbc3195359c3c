/** Takes everything of Plinth off a host whose layers no state knows any more. */
import { isDeepStrictEqual } from "node:util";
import type { HostConnection } from "../api";
import type { ResetArgs, ResetResult } from "../reset-api";
import type { HostMarker } from "../survey-api";
import type { Manifest } from "../layer/manifest";
import { markerFile } from "../layer/marker";
import { liveHost, type LiveHost } from "../look/live-state";
import { removalSteps } from "../apply/removal";
import type { Run } from "../apply/run";

/** The part of a run that a reset needs. */
export type ResetRun = Pick<Run, "hosts" | "leases" | "signal">;

/** One layer after the other by its manifest, as a deletion would, then the marker; doing it again goes on. */
export async function resetHost(run: ResetRun, args: ResetArgs): Promise<ResetResult> {
  const { signal } = run;
  const removed: string[] = [];
  try {
    for (;;) {
      const live = await seen(run, args.host);
      // the last layer takes the marker with it
      if (live.marker === undefined && removed.length > 0) return { removed };
      refuseOthers(live, args);
      const manifest = nextManifest(live, args.order);
      const lease = run.leases.step(live.lease);
      run.leases.hold(args.host, run.hosts);
      if (manifest === undefined) {
        await run.hosts.run(args.host, [lease, ["forget_host"]], { signal });
        return { removed };
      }
      if (removed.includes(manifest.layer))
        throw new Error(`${args.host.name}: its layer ${manifest.layer} came back; who makes it?`);
      const { layer } = manifest;
      const steps = removalSteps({ inputs: { layer }, manifest }, live, lease);
      await run.hosts.run(args.host, steps, { signal });
      removed.push(layer);
    }
  } catch (error) {
    return { removed, error: error instanceof Error ? error.message : String(error) };
  }
}

async function seen({ hosts, signal }: ResetRun, host: HostConnection): Promise<LiveHost> {
  return liveHost((await hosts.run(host, [["look_text"]], { signal })).stdout);
}

/** Nobody has agreed to lose what belongs to anybody else. */
function refuseOthers(
  { marker, manifests }: LiveHost,
  { host, marker: expected }: ResetArgs,
): void {
  if (!isDeepStrictEqual(marker, expected)) {
    const said = marker === undefined ? "is gone" : `says ${JSON.stringify(marker)}`;
    throw new Error(`${host.name}: ${markerFile} ${said}, expected ${JSON.stringify(expected)}`);
  }
  for (const manifest of manifests.values()) {
    if (isOf(manifest, expected)) continue;
    const { layer, cluster, clusterId } = manifest;
    const whose = JSON.stringify({ cluster, id: clusterId });
    throw new Error(
      `${host.name}: its layer ${layer} belongs to another cluster than the host: its manifest says ` +
        `${whose}, and ${markerFile} ${JSON.stringify(expected)}`,
    );
  }
}

function isOf({ cluster, clusterId }: Manifest, marker: HostMarker): boolean {
  return cluster === marker.cluster && (clusterId ?? marker.id) === marker.id;
}

function nextManifest({ manifests }: LiveHost, order: readonly string[]): Manifest | undefined {
  const rank = ({ layer }: Manifest) => order.indexOf(layer);
  return [...manifests.values()].sort((one, other) => rank(one) - rank(other))[0];
}
