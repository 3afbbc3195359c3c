import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { chartName } from "./test-chart";

/** The lab's own registry, which everybody on this machine may read and write. */
const registry = { host: "10.88.0.1", port: 5000 };
const registryPath = "plinth-test/charts/greeter";

/** User and password of the repository. */
export const reader = { username: "reader", password: "hunter2-in-the-repository" };

/**
 * A private chart repository on this machine, over TLS with a CA of its own: the files below
 * `/charts` with their index, and the lab's registry as a private OCI registry.
 */
export class ChartRepository {
  private readonly charts = new Map<string, Buffer>();
  private readonly server: Server;
  readonly caFile: string;

  constructor(folder: string) {
    this.caFile = join(folder, "ca.pem");
    const key = join(folder, "key.pem");
    const names = ["-subj", "/CN=charts", "-addext", "subjectAltName=IP:127.0.0.1"];
    const made = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
    const args = ["req", "-x509", ...made, ...names, "-keyout", key, "-out", this.caFile];
    execFileSync("openssl", args, { stdio: "ignore" });
    const certificate = { key: readFileSync(key), cert: readFileSync(this.caFile) };
    this.server = createServer(certificate, (request, response) => this.answer(request, response));
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
  }

  end(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** `host:port`. */
  get endpoint(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`; // it listens on TCP
  }

  /** What the stack config says of a chart in the repository. */
  get indexed(): Readonly<Record<string, string>> {
    const { endpoint, caFile } = this;
    const repository = `https://${endpoint}/charts`;
    return { chart: chartName, repository, username: reader.username, caFile };
  }

  /** What the stack config says of a chart in the registry. */
  get registered(): Readonly<Record<string, string>> {
    const { endpoint, caFile } = this;
    return { chart: `oci://${endpoint}/${registryPath}`, username: reader.username, caFile };
  }

  /** Offers a packed chart in both ways. */
  async publish(version: string, chart: Buffer): Promise<void> {
    this.charts.set(version, chart);
    const config = Buffer.from(JSON.stringify({ apiVersion: "v2", name: chartName, version }));
    const manifest = {
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: await pushed(config, "application/vnd.cncf.helm.config.v1+json"),
      layers: [await pushed(chart, "application/vnd.cncf.helm.chart.content.v1.tar+gzip")],
    };
    await registryCall("PUT", `/v2/${registryPath}/manifests/${version}`, {
      headers: { "Content-Type": manifest.mediaType },
      body: JSON.stringify(manifest),
    });
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { username, password } = reader;
    const expected = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    const path = request.url ?? "/";
    if (request.headers.authorization !== expected) {
      response.writeHead(401, { "WWW-Authenticate": 'Basic realm="charts"' }).end();
    } else if (path.startsWith("/v2/")) {
      forward(request, response, path);
    } else {
      const content = path === "/charts/index.yaml" ? this.index() : this.chart(path);
      response.writeHead(content === undefined ? 404 : 200).end(content);
    }
  }

  private index(): string {
    const versions = [...this.charts.keys()].map((version) => ({
      apiVersion: "v2",
      name: chartName,
      version,
      urls: [`${version}.tgz`],
    }));
    return JSON.stringify({ apiVersion: "v1", entries: { [chartName]: versions } });
  }

  private chart(path: string): Buffer | undefined {
    return this.charts.get(/^\/charts\/(.+)\.tgz$/.exec(path)?.[1] ?? "");
  }
}

function forward(request: IncomingMessage, response: ServerResponse, path: string): void {
  const { accept } = request.headers;
  const headers = accept === undefined ? {} : { accept };
  const options = { ...registry, path, method: request.method, headers };
  httpRequest(options, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  }).end();
}

async function registryCall(method: string, url: string, more: RequestInit): Promise<Response> {
  const base = `http://${registry.host}:${registry.port}`;
  const response = await fetch(new URL(url, base), { method, ...more });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${response.statusText}`);
  return response;
}

/** Pushes a blob and returns what a manifest says of it. */
async function pushed(content: Buffer, mediaType: string) {
  const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
  const upload = await registryCall("POST", `/v2/${registryPath}/blobs/uploads/`, {});
  const place = new URL(upload.headers.get("location") ?? "", upload.url);
  place.searchParams.set("digest", digest);
  const headers = { "Content-Type": "application/octet-stream" };
  await registryCall("PUT", place.href, { headers, body: new Uint8Array(content) });
  return { mediaType, digest, size: content.length };
}
