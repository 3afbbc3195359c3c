import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** A certificate authority in a folder of its own, and leaf certificates of it; made by openssl. */
export class TestAuthority {
  constructor(private readonly folder: string) {
    this.openssl(
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
      ...["-subj", "/CN=etcd-ca", "-days", "2", "-keyout", "ca.key", "-out", "ca.crt"],
    );
  }

  get certificate(): string {
    return join(this.folder, "ca.crt");
  }

  /** Writes `<target>.crt` and `<target>.key`, for a server and a client with these addresses. */
  issue(target: string, name: string, addresses: readonly string[]): void {
    const extensions = join(this.folder, `${name}.ext`);
    const names = addresses.map((address) => `IP:${address}`).join(",");
    writeFileSync(extensions, `subjectAltName=${names}\nextendedKeyUsage=serverAuth,clientAuth\n`);
    this.openssl(
      ...["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
      ...["-subj", `/CN=${name}`, "-keyout", `${target}.key`, "-out", `${name}.csr`],
    );
    this.openssl(
      ...["x509", "-req", "-in", `${name}.csr`, "-CA", "ca.crt", "-CAkey", "ca.key"],
      ...["-CAcreateserial", "-days", "1", "-extfile", extensions, "-out", `${target}.crt`],
    );
  }

  private openssl(...args: readonly string[]): void {
    execFileSync("openssl", args, { cwd: this.folder, stdio: "pipe" });
  }
}
