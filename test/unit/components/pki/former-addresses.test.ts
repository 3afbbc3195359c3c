import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formerAddresses } from "../../../../components/pki/former-addresses";
import { TestAuthority } from "../../../support/etcd/test-authority";
import { clusterFixture } from "../../../support/fakes/cluster-fixture";

const { config } = clusterFixture("own-etcd");
const host = config.hosts.find(({ name }) => name === "e1")!;
const own = host.internalAddress;
const other = config.hosts.find(({ name }) => name !== "e1")!.internalAddress;

const folder = mkdtempSync(join(tmpdir(), "plinth-former-"));
const authority = new TestAuthority(folder);
afterAll(() => rmSync(folder, { recursive: true }));

function certificate(...addresses: readonly string[]): string {
  authority.issue(join(folder, "server"), "server", addresses);
  return readFileSync(join(folder, "server.crt"), "utf8");
}

const found = (pem: string | undefined, present: readonly string[]) =>
  formerAddresses(config, host, pem, ["127.0.0.1", own, ...present]);

describe("etcd's certificates stay good for addresses", () => {
  test.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ["that they are good for, and the machine has", ["10.9.0.1", own], ["10.9.0.1"], ["10.9.0.1"]],
    ["but not once the machine has them no more", ["10.9.0.1", own], [], []],
    ["nor of others that the machine has besides", [own], ["10.9.0.1"], []],
    ["nor of another host", [own, other], [other], []],
    [
      "in their order",
      ["10.9.0.2", own, "10.9.0.1"],
      ["10.9.0.1", "10.9.0.2"],
      ["10.9.0.2", "10.9.0.1"],
    ],
    ["however they are written", [own, "fd00:0:0::1"], ["fd00::1"], ["fd00::1"]],
  ])("%s", (_, certified, present, expected) => {
    expect(found(certificate("127.0.0.1", ...certified), present)).toEqual(expected);
  });

  test.each([undefined, "", "no certificate"])("and for none where there is none: %s", (text) => {
    expect(found(text, ["10.9.0.1"])).toEqual([]);
  });
});
