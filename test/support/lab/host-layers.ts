import { shellOn } from "./host-probes";

/** The layers that a host has, by name, and whether each is complete: one that was cut off is not. */
export async function layersOn(host: string): Promise<ReadonlyMap<string, boolean>> {
  const counted = await shellOn(host, countScript);
  return new Map(
    [...counted.matchAll(/^(.+)\.json:(\d+)$/gm)].map(([, layer = "", count]) => [
      layer,
      count !== "0",
    ]),
  );
}

// with a second file, grep names each of them
const countScript = `
cd /etc/plinth/layers 2>/dev/null || exit 0
grep -c '"complete":true' *.json /dev/null || true
`;
