import {
  canonicalAddress,
  cidrContains,
  cidrsOverlap,
  cidrSize,
  hostPort,
  isCidr,
  isIpAddress,
  isNetworkCidr,
  networkCidr,
  nthAddress,
} from "../../../../components/network/addresses";

test.each([
  ["10.96.0.0/16", 1, "10.96.0.1"],
  ["10.96.0.0/16", 10, "10.96.0.10"],
  ["10.96.3.7/16", 256, "10.96.1.0"],
  ["fd00::/108", 10, "fd00::a"],
  ["fd00::/108", 65536, "fd00::1:0"],
])("address of %s number %i is %s", (cidr, n, expected) => {
  expect(nthAddress(cidr, n)).toBe(expected);
});

test("an address beyond the network is refused", () => {
  expect(() => nthAddress("10.0.0.0/30", 4)).toThrow(
    "address 4 of 10.0.0.0/30: the network has only 4",
  );
});

test.each([
  ["10.0.0.0/8", "10.244.0.0/16", true],
  ["10.244.0.0/16", "10.0.0.0/8", true],
  ["10.244.0.0/16", "10.245.0.0/16", false],
  ["10.244.0.0/16", "fd00::/8", false],
  ["fd00::/64", "fd00::1:0/112", true],
  ["0.0.0.0/0", "192.168.0.0/24", true],
])("%s and %s overlap: %s", (one, other, expected) => {
  expect(cidrsOverlap(one, other)).toBe(expected);
});

test.each([
  ["10.0.0.0/24", "10.0.0.255", true],
  ["10.0.0.0/24", "10.0.1.0", false],
  ["0.0.0.0/0", "fd00::1", false],
  ["fd00::/8", "fdff::1", true],
])("%s contains %s: %s", (cidr, address, expected) => {
  expect(cidrContains(cidr, address)).toBe(expected);
});

test.each([
  ["10.0.0.1", true],
  ["10.1", false],
  ["0x0a.0.0.1", false],
  ["fd00::1", true],
  ["fe80::1%eth0", false],
  ["w1", false],
  ["", false],
])("%j is an address: %s", (text, expected) => {
  expect(isIpAddress(text)).toBe(expected);
});

test.each([
  ["10.0.0.0/8", true, true],
  ["10.0.0.1/8", true, false],
  ["FD00::/8", true, true],
  ["10.0.0.0", false, false],
  ["10.0.0.0/33", false, false],
  ["10/8", false, false],
])("%s is a CIDR: %s, of a network: %s", (text, cidr, network) => {
  expect([isCidr(text), isNetworkCidr(text)]).toEqual([cidr, network]);
});

test("networks, sizes and spellings", () => {
  expect(networkCidr("10.88.0.11/24")).toBe("10.88.0.0/24");
  expect(cidrSize("fd00::/64")).toBe(2n ** 64n);
  expect(canonicalAddress("FD00:0::0001")).toBe("fd00::1");
  expect(hostPort("fd00::1", 6443)).toBe("[fd00::1]:6443");
  expect(hostPort("10.0.0.1", 6443)).toBe("10.0.0.1:6443");
});
