import {
  type AddressRange,
  addressRange,
  isIpAddress,
  rangesOverlap,
} from "../../../components/network/addresses";
import type { HostConfig } from "../../../components/config/model/host-config";
import { type ConfigProblem, wrongValue } from "../../../components/config/problems/config-problem";
import type { ClusterInput } from "../../../components/config/schema/cluster-schema";

/** An address range with the place in the stack config that it comes from. */
interface PlacedRange {
  readonly path: readonly (string | number)[];
  readonly text: string;
  readonly range: AddressRange;
}

/** Addresses of load balancers that something else has. */
export function poolProblems(
  { addons, api, network }: ClusterInput,
  hosts: readonly HostConfig[],
): readonly ConfigProblem[] {
  const taken = [
    ...hosts.flatMap(({ name, address, internalAddress }) =>
      [...new Set([address, internalAddress])]
        .filter(isIpAddress)
        .map((own) => ({ text: own, owner: `the host ${name}` })),
    ),
    ...(api.vip === undefined ? [] : [{ text: api.vip.address, owner: "api.vip" }]),
    { text: network.podCidr, owner: "network.podCidr" },
    { text: network.serviceCidr, owner: "network.serviceCidr" },
  ];
  const ranges = placedRanges(addons.metallb.pools);
  return ranges.flatMap(({ path, text, range }, index) => {
    const [owner] = [
      ...taken.filter((other) => overlap(range, other.text)),
      ...ranges
        .slice(0, index)
        .filter((other) => rangesOverlap(range, other.range))
        .map((other) => ({ text: other.text, owner: other.path.slice(0, -2).join(".") })),
    ];
    if (owner === undefined) return [];
    const expected = `addresses that nobody else has, ${owner.text} belongs to ${owner.owner}`;
    return [wrongValue(path, text, expected)];
  });
}

/** Pools that are announced to routers of which there are none. */
export function bgpProblems({ addons }: ClusterInput): readonly ConfigProblem[] {
  const { pools, bgp } = addons.metallb;
  if (bgp !== undefined && Object.keys(bgp.peers).length > 0) return [];
  return Object.entries(pools)
    .filter(([, { announce }]) => announce === "bgp")
    .map(([name]) => {
      const path = ["addons", "metallb", "pools", name, "announce"];
      return wrongValue(path, "bgp", "addons.metallb.bgp with one peer or more, or layer2");
    });
}

function placedRanges(pools: ClusterInput["addons"]["metallb"]["pools"]): readonly PlacedRange[] {
  return Object.entries(pools).flatMap(([name, { addresses }]) =>
    addresses.flatMap((text, index) => {
      const range = addressRange(text);
      const path = ["addons", "metallb", "pools", name, "addresses", index];
      return range === undefined ? [] : [{ path, text, range }];
    }),
  );
}

function overlap(range: AddressRange, other: string): boolean {
  const taken = addressRange(other.includes("/") ? other : `${other}-${other}`);
  return taken !== undefined && rangesOverlap(range, taken);
}
