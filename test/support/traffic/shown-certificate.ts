import { readFileSync } from "node:fs";
import { connect } from "node:tls";

/** The serial number of what a server shows for a host name; rejects where a client would not trust it. */
export function shownSerial(
  host: string,
  { address, authorityFile }: { readonly address: string; readonly authorityFile: string },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const ca = readFileSync(authorityFile);
    const options = { host: address, port: 443, servername: host, ca, timeout: 5000 };
    const socket = connect(options, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.end();
    });
    socket.on("timeout", () => socket.destroy(new Error(`${address} does not answer`)));
    socket.on("error", reject);
  });
}
