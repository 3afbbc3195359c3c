import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HostLayerInputs } from "../../provider/layer/layer-inputs";
import { TestAuthority } from "../support/etcd/test-authority";
import { etcdSays } from "../support/fakes/etcd-looks";
import { clusterProgram } from "../support/program/program-fixture";
import type { RecordedProgram } from "../support/program/recorded-program";

const [former, own] = ["10.0.0.11", "10.9.0.11"];
const members = `cp1=${former} cp2=10.0.0.12 cp3=10.0.0.13`;

/** The program where cp1 got another address, of a machine that has both; its etcd is still at the former one. */
async function movedProgram(): Promise<RecordedProgram> {
  const folder = mkdtempSync(join(tmpdir(), "plinth-moved-"));
  new TestAuthority(folder).issue(join(folder, "server"), "server", [former, "127.0.0.1"]);
  const certificate = readFileSync(join(folder, "server.crt"), "utf8");
  rmSync(folder, { recursive: true });
  return clusterProgram(
    "ha",
    (input) => {
      const hosts = input.hosts as Readonly<Record<string, object>>;
      return { ...input, hosts: { ...hosts, cp1: { ...hosts.cp1, internalAddress: own } } };
    },
    (host) => ({
      ...(host.startsWith("cp")
        ? { ...etcdSays(members), owner: { cluster: "ha" }, layers: ["etcd"] }
        : {}),
      ...(host === "cp1"
        ? {
            addresses: { lo: ["127.0.0.1/8"], eth0: [`${former}/24`, `${own}/24`] },
            texts: { "/etc/kubernetes/pki/etcd/server.crt": certificate },
          }
        : {}),
    }),
  );
}

let program: RecordedProgram;
beforeAll(async () => {
  program = await movedProgram();
});

test("a member that moves has certificates for its former address, too", () => {
  const addresses = program.resources
    .filter(({ type, inputs }) => {
      const listed = inputs.ipAddresses as readonly string[] | undefined;
      return type.endsWith(":CertRequest") && listed?.includes(own) === true;
    })
    .map(({ name, inputs }) => [name, inputs.ipAddresses]);
  expect(addresses).toEqual([
    ["ha-etcd-server-cp1-request", [own, "127.0.0.1", former]],
    ["ha-etcd-peer-cp1-request", [own, "127.0.0.1", former]],
    ["ha-apiserver-cp1-request", expect.arrayContaining([own, former])],
    ["ha-kubelet-cp1-request", [own]],
  ]);
});

test("it alone tells the others before its start, in its turn, and all are asked at both of its addresses", () => {
  const layers = program.resources
    .filter(({ type }) => type === "plinth:index:HostLayer")
    .map(({ inputs }) => inputs as unknown as HostLayerInputs) // the class that sends them has this contract
    .filter(({ layer }) => layer === "etcd");
  const told = layers.filter(({ rollout }) => rollout?.prepare !== undefined);
  expect(told.map(({ host }) => host.name)).toEqual(["cp1"]);
  const { command, inTurn } = told[0]!.rollout!.prepare!;
  expect(inTurn).toBe(true);
  expect(command).toEqual(
    expect.arrayContaining([
      "etcd-move",
      "ENDPOINTS=https://10.0.0.12:2379,https://10.0.0.13:2379",
      "NAME=cp1",
      `PEER_URL=https://${own}:2380`,
    ]),
  );
  for (const { rollout } of layers) {
    const asked = rollout!.gate!.command.find((word) => word.startsWith("ENDPOINTS="));
    expect(asked).toContain(`https://${own}:2379`);
    expect(asked).toContain(`https://${former}:2379`);
  }
});
