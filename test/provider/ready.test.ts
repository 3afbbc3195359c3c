import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { layer, TestProvider, type Outcome } from "../support/provider/harness";
import { onHost } from "../support/provider/remote";

const dir = mkdtempSync(join(tmpdir(), "plinth-ready-"));
const own = onHost('echo "$SSH_CLIENT"').split(" ")[0] ?? "";
const text = (name: string): string => readFileSync(join(dir, name), "utf8");

/** One self-signed certificate serves as CA, server and client. */
function makeCertificate(): void {
  const subject = ["-subj", "/CN=plinth", "-addext", `subjectAltName=IP:${own}`];
  const files = ["-keyout", join(dir, "key.pem"), "-out", join(dir, "cert.pem")];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  execFileSync("openssl", ["req", "-x509", ...kind, ...subject, ...files], { stdio: "ignore" });
}

describe("a check over HTTPS", () => {
  let provider: TestProvider;
  let server: Server;
  /** Answers that the server is not ready, before it is. */
  let refusals = 0;
  const places = {
    caFile: "/etc/plinth-ready/ca.pem",
    certFile: "/etc/plinth-ready/ca.pem",
    keyFile: "/etc/plinth-ready/key.pem",
  };
  const file = (name: string) => ({ content: text(name), mode: "0600", owner: "root:root" });

  beforeAll(async () => {
    makeCertificate();
    const options = {
      key: text("key.pem"),
      cert: text("cert.pem"),
      ca: text("cert.pem"),
      requestCert: true,
      rejectUnauthorized: false,
    };
    server = createServer(options, (request, response) => {
      const { authorized } = request.socket as { authorized?: boolean };
      const status = refusals > 0 ? 503 : 200;
      if (refusals > 0) refusals--;
      response.writeHead(request.url === "/private" && !authorized ? 401 : status).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
    provider = await TestProvider.start();
  });
  afterAll(async () => {
    await provider.delete(wanted("/", {}));
    await provider.stop();
    server.close();
    server.closeAllConnections();
  });

  function wanted(path: string, parts: object): ReturnType<typeof layer> {
    const url = `https://${own}:${(server.address() as AddressInfo).port}${path}`;
    return layer({
      layer: "ready",
      files: { [places.caFile]: file("cert.pem"), [places.keyFile]: file("key.pem") },
      ready: [{ kind: "https", url, caFile: places.caFile, deadlineSeconds: 2, ...parts }],
    });
  }
  const attempt = (path: string, parts = {}): Promise<Outcome> =>
    provider.create(wanted(path, parts));

  test("passes on 200 from a server that its CA vouches for", async () => {
    expect((await attempt("/")).error).toBeUndefined();
  });

  test("shows the client certificate it is given", async () => {
    expect((await attempt("/private")).error).toContain("status 401, expected 200");
    const { certFile, keyFile } = places;
    expect((await attempt("/private", { certFile, keyFile })).error).toBeUndefined();
  });

  test("trusts no other CA", async () => {
    const { error } = await attempt("/", { caFile: "/etc/ssl/certs/ca-certificates.crt" });
    expect(error).toMatch(/not ready after 2 s: https:.*\n.*certificate/);
  });

  test("waits until the server is ready", async () => {
    refusals = 3;
    expect((await attempt("/", { deadlineSeconds: 60 })).error).toBeUndefined();
    expect(refusals).toBe(0);
    expect(provider.logs.some(({ text: said }) => said.startsWith("waiting for https://"))).toBe(
      true,
    );
  });
});
