import { connect } from "node:tls";
import { EtcdHosts } from "../support/etcd/etcd-hosts";
import { minutes } from "../support/text/durations";

const hosts = new EtcdHosts(3);
afterAll(() => hosts.remove(), minutes);

/** Serial number of the certificate that a server at a member's port shows. */
function shownSerial(address: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

test(
  "changed certificates are used at the next handshake, by server and peers, without a restart",
  async () => {
    await hosts.up("e1 e2 e3");
    const host = hosts.host("e2");
    const { internalAddress: address } = host.config;
    const serials = () => Promise.all([2379, 2380].map((port) => shownSerial(address, port)));
    const [before, { pid }] = [await serials(), host];
    hosts.renew("e2");
    const after = await serials();
    expect(after.filter((serial) => before.includes(serial))).toEqual([]);
    // who dials e2, and whom it dials, see the new ones
    await hosts.host("e1").stop();
    hosts.host("e1").start();
    expect(await hosts.up("e1 e2 e3")).toEqual([]);
    expect(await hosts.etcdctl("e2", "endpoint", "health")).toContain("is healthy");
    expect(host.pid).toBe(pid);
  },
  2 * minutes,
);
