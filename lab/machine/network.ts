import { LabError } from "./lab-error";
import { commandResult, run } from "./process";

/** The bridge all hosts hang on. */
export const bridge = "plinth0";

/** The machine's own address on the bridge: hosts' default route, registry and artifact server. */
export const gateway = "10.88.0.1";

const prefix = "10.88.0.";

/** The last octet of an address of the lab's network, or undefined for any other text. */
export function hostOctet(address: string): number | undefined {
  if (!address.startsWith(prefix)) return undefined;
  const octet = address.slice(prefix.length);
  const number = Number(octet);
  return /^[1-9]\d{0,2}$/.test(octet) && number >= 2 && number <= 254 ? number : undefined;
}

/** Name of a host's network namespace. */
export function namespaceName(host: string): string {
  return `plinth-${host}`;
}

/** Name of the bridge's end of a host's cable; from the address, as interface names end at 15 letters. */
export function cableName(address: string): string {
  return `plinth-${hostOctet(address) ?? 0}`;
}

/** A MAC address that stays over reboots, so that neighbours' caches stay true. */
export function macAddress(address: string): string {
  const octets = address.split(".").map((octet) => Number(octet).toString(16).padStart(2, "0"));
  return ["02", "88", ...octets].join(":");
}

/** `ip -batch` lines that make a host's namespace and plug its cable in. */
export function cableCommands(host: string, address: string, cut: boolean): string[] {
  const cable = cableName(address);
  const namespace = namespaceName(host);
  return [
    `netns add ${namespace}`,
    `link add ${cable} type veth peer name eth0 address ${macAddress(address)} netns ${namespace}`,
    `link set ${cable} master ${bridge} ${cut ? "down" : "up"}`,
  ];
}

/** `ip -batch` lines inside a host's namespace. */
export function hostInterfaceCommands(address: string): string[] {
  return [
    "link set lo up",
    "link set eth0 up",
    `address add ${address}/24 dev eth0`,
    `route add default via ${gateway}`,
  ];
}

/** Rules that keep hosts from any network but their own, on machines that forward for others too. */
const fenceRules = `table inet plinth_lab {
  chain forward {
    type filter hook forward priority -10; policy accept;
    iifname "${bridge}" oifname != "${bridge}" drop
    oifname "${bridge}" iifname != "${bridge}" drop
  }
}
`;

const bridgeRule = ["FORWARD", "-i", bridge, "-o", bridge, "-j", "ACCEPT"];

/** Makes the bridge and the fence where they are missing. */
export async function makeBridge(): Promise<void> {
  const shown = await commandResult("ip", ["-o", "address", "show", "dev", bridge]);
  if (shown.stdout.includes(`${gateway}/24`)) return;
  await acceptBridged();
  if (shown.status !== 0) await run("ip", ["link", "add", bridge, "type", "bridge"]);
  await run("ip", ["-batch", "-"], {
    input: [`link set ${bridge} up`, `address add ${gateway}/24 dev ${bridge}`, ""].join("\n"),
  });
  const fenced = await commandResult("nft", ["list", "table", "inet", "plinth_lab"]);
  if (fenced.status !== 0) await run("nft", ["-f", "-"], { input: fenceRules });
}

/** Removes bridge, fence and pass. */
export async function removeBridge(): Promise<void> {
  await commandResult("ip", ["link", "delete", bridge]);
  await commandResult("nft", ["delete", "table", "inet", "plinth_lab"]);
  await commandResult("iptables", ["-D", ...bridgeRule]);
}

/** Lets hosts reach each other where the machine's own rules drop bridged packets, as Docker's do. */
async function acceptBridged(): Promise<void> {
  const rules = await commandResult("iptables", ["-S", "FORWARD"]);
  if (!rules.stdout.includes("-P FORWARD DROP")) return;
  const there = await commandResult("iptables", ["-C", ...bridgeRule]);
  if (there.status !== 0) await run("iptables", ["-I", ...bridgeRule]);
}

/** Replaces a host's network: what an earlier boot left there would survive otherwise. */
export async function plugIn(host: string, address: string, cut: boolean): Promise<void> {
  await unplug(host, address);
  await run("ip", ["-batch", "-"], { input: cableCommands(host, address, cut).join("\n") + "\n" });
  await run("ip", ["-n", namespaceName(host), "-batch", "-"], {
    input: hostInterfaceCommands(address).join("\n") + "\n",
  });
}

/** Removes a host's cable and namespace; silent where there is none. */
export async function unplug(host: string, address: string): Promise<void> {
  await commandResult("ip", ["link", "delete", cableName(address)]);
  await commandResult("ip", ["netns", "delete", namespaceName(host)]);
}

/** Cuts or mends a host's cable. */
export async function setCable(host: string, address: string, up: boolean): Promise<void> {
  const set = await commandResult("ip", ["link", "set", cableName(address), up ? "up" : "down"]);
  if (set.status !== 0) throw new LabError(`${host} has no cable: it is not running`);
}
