import * as ipaddr from "ipaddr.js";

/** IP version of an address or CIDR. */
export type AddressFamily = "ipv4" | "ipv6";

/** Whether `text` is an IPv4 address with four decimal parts, or an IPv6 address without a zone. */
export function isIpAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || (isIpv6(text) && !text.includes("%"));
}

/** Whether `text` is a CIDR that names a network: valid, and no bit set beyond its prefix. */
export function isNetworkCidr(text: string): boolean {
  return isCidr(text) && networkCidr(text) === canonicalCidr(text);
}

/** Whether `text` is `address/prefix`, whatever bits are set beyond the prefix. */
export function isCidr(text: string): boolean {
  return (
    ipaddr.IPv4.isValidCIDRFourPartDecimal(text) ||
    (ipaddr.IPv6.isValidCIDR(text) && text.includes(":"))
  );
}

/** The network that `cidr` lies in: its address with every bit beyond the prefix cleared. */
export function networkCidr(cidr: string): string {
  const { bits, prefix, family } = parsedCidr(cidr);
  const free = BigInt(widthOf(family) - prefix);
  return `${addressText((bits >> free) << free, family)}/${prefix}`;
}

/** The shortest usual spelling of an address, so that two spellings of one address are equal. */
export function canonicalAddress(address: string): string {
  return ipaddr.parse(address).toString();
}

/** IP version of an address or CIDR. */
export function addressFamily(addressOrCidr: string): AddressFamily {
  return addressOrCidr.includes(":") ? "ipv6" : "ipv4";
}

/** Prefix length of a CIDR: 16 of `10.0.0.0/16`. */
export function prefixLength(cidr: string): number {
  return parsedCidr(cidr).prefix;
}

/** Number of addresses in a CIDR. */
export function cidrSize(cidr: string): bigint {
  const { prefix, family } = parsedCidr(cidr);
  return 1n << BigInt(widthOf(family) - prefix);
}

/** The `n`-th address of a CIDR, counted from its network address as 0; throws when it lies outside. */
export function nthAddress(cidr: string, n: number): string {
  if (BigInt(n) >= cidrSize(cidr)) {
    throw new Error(`address ${n} of ${cidr}: the network has only ${cidrSize(cidr).toString()}`);
  }
  const { bits, family } = parsedCidr(networkCidr(cidr));
  return addressText(bits + BigInt(n), family);
}

/** Whether an address lies in a CIDR; one of the other IP version never does. */
export function cidrContains(cidr: string, address: string): boolean {
  const network = parsedCidr(cidr);
  if (network.family !== addressFamily(address)) return false;
  const free = BigInt(widthOf(network.family) - network.prefix);
  return addressBits(address) >> free === network.bits >> free;
}

/** Whether two CIDRs share an address. */
export function cidrsOverlap(one: string, other: string): boolean {
  const [outer, inner] = prefixLength(one) <= prefixLength(other) ? [one, other] : [other, one];
  return cidrContains(outer, inner.slice(0, inner.indexOf("/")));
}

/** `address:port` as URLs and certificates' users write it, with brackets around IPv6. */
export function hostPort(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Addresses of one IP version from the first to the last, both included. */
export interface AddressRange {
  readonly family: AddressFamily;
  readonly first: bigint;
  readonly last: bigint;
}

/** The addresses of `first-last` or of a CIDR; undefined when the text is neither. */
export function addressRange(text: string): AddressRange | undefined {
  if (isNetworkCidr(text)) {
    const { bits, family } = parsedCidr(text);
    return { family, first: bits, last: bits + cidrSize(text) - 1n };
  }
  const [first = "", last = "", ...more] = text.split("-");
  if (more.length > 0 || !isIpAddress(first) || !isIpAddress(last)) return undefined;
  const family = addressFamily(first);
  const range = { family, first: addressBits(first), last: addressBits(last) };
  return family === addressFamily(last) && range.first <= range.last ? range : undefined;
}

/** Whether two ranges share an address. */
export function rangesOverlap(one: AddressRange, other: AddressRange): boolean {
  return one.family === other.family && one.first <= other.last && other.first <= one.last;
}

interface ParsedCidr {
  readonly bits: bigint;
  readonly prefix: number;
  readonly family: AddressFamily;
}

function parsedCidr(cidr: string): ParsedCidr {
  const [address, prefix] = ipaddr.parseCIDR(cidr);
  return { bits: addressBits(address.toString()), prefix, family: address.kind() };
}

function canonicalCidr(cidr: string): string {
  const [address, prefix] = ipaddr.parseCIDR(cidr);
  return `${address.toString()}/${prefix}`;
}

function isIpv6(text: string): boolean {
  return text.includes(":") && ipaddr.IPv6.isValid(text);
}

function widthOf(family: AddressFamily): number {
  return family === "ipv4" ? 32 : 128;
}

function addressBits(address: string): bigint {
  const bytes = ipaddr.parse(address).toByteArray();
  return bytes.reduce((bits, byte) => (bits << 8n) | BigInt(byte), 0n);
}

function addressText(bits: bigint, family: AddressFamily): string {
  const count = widthOf(family) / 8;
  const bytes = Array.from({ length: count }, (_, index) =>
    Number((bits >> BigInt(8 * (count - 1 - index))) & 255n),
  );
  return ipaddr.fromByteArray(bytes).toString();
}
