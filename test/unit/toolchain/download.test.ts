import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Product } from "../../../toolchain/product";
import { productNames, products } from "../../../toolchain/product-list";
import { goTools } from "../../../toolchain/build-steps";
import type { BuildEnvironment } from "../../../toolchain/build-environment";
import { productFolders } from "../../../toolchain/toolchain";
import type { ToolchainEvent } from "../../../toolchain/toolchain";

const sha256 = (content: Buffer) => createHash("sha256").update(content).digest("hex");

let folder: string;
let server: Server;
let at: BuildEnvironment;
let archive: Buffer;
/** Path → what the server answers; anything else is missing. */
const served = new Map<string, Buffer | number>();
const asked: string[] = [];
const events: ToolchainEvent[] = [];
const progress = (event: ToolchainEvent) => void events.push(event);
const states = () => events.map(({ state }) => state);

/** A product with an archive and a bare binary, like the real ones. */
const tiny: Product = {
  name: "tiny",
  version: "1.0.0",
  folder: "tiny",
  recipe: goTools(),
  packages: [],
  outputs: ["tiny", "tinyctl"],
  release: {
    version: "1.0.1",
    files: (arch) => [
      {
        url: `https://releases.example.com/v1/tiny-${arch}.tar.gz`,
        checksum: { url: "https://releases.example.com/v1/sums.txt" },
        outputs: { tiny: "./tiny" },
      },
      {
        url: `https://releases.example.com/v1/tinyctl-${arch}`,
        checksum: { sha256: sha256(Buffer.from("bare")) },
        outputs: { tinyctl: undefined },
      },
    ],
  },
};

const go = `#!/bin/sh
[ "$1" = env ] && echo go1.26.8
[ "$1" = build ] || exit 0
while [ "$1" != -o ]; do shift; done
echo built > "$2tiny"
echo built > "$2tinyctl"
`;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-toolchain-"));
  await mkdir(join(folder, "modules/tiny"), { recursive: true });
  await writeFile(join(folder, "modules/go"), go, { mode: 0o755 });
  await writeFile(join(folder, "tiny"), "archived");
  archive = execFileSync("tar", ["-cz", "-C", folder, "./tiny"]);
  served.clear();
  asked.length = 0;
  events.length = 0;
  const at1 = "/releases.example.com/v1";
  served.set(`${at1}/tiny-amd64.tar.gz`, archive);
  served.set(`${at1}/tinyctl-amd64`, Buffer.from("bare"));
  served.set(`${at1}/sums.txt`, Buffer.from(`${sha256(archive)}  tiny-amd64.tar.gz\n`));
  server = createServer((request, response) => {
    asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
    const answer = served.get(request.url ?? "") ?? 404;
    if (typeof answer === "number") response.writeHead(answer).end();
    else response.end(request.method === "HEAD" ? undefined : answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // an address of TCP is never a string
  at = {
    cache: join(folder, "cache"),
    modules: join(folder, "modules"),
    go: join(folder, "modules/go"),
    arch: "amd64",
    mode: "auto",
    mirror: `http://127.0.0.1:${port}/`,
  };
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

test("a release that matches its checksums is used, and nothing is built", async () => {
  const [made = ""] = await productFolders([tiny], progress, at);
  expect(await readFile(join(made, "tiny"), "utf8")).toBe("archived");
  expect(await readFile(join(made, "tinyctl"), "utf8")).toBe("bare");
  expect((await stat(join(made, "tinyctl"))).mode & 0o777).toBe(0o755);
  expect(await readdir(made)).toEqual([".plinth.json", "tiny", "tinyctl"]);
  expect(made).toContain("/tiny-1.0.1-");
  expect(states()).toEqual(["downloading", "done"]);

  const before = asked.length;
  expect(await productFolders([tiny], progress, at)).toEqual([made]);
  expect(asked).toHaveLength(before);
});

test("a file with another checksum is refused by name, and nothing is built in its place", async () => {
  served.set("/releases.example.com/v1/tinyctl-amd64", Buffer.from("forged"));
  await expect(productFolders([tiny], progress, at)).rejects.toThrow(
    `releases.example.com/v1/tinyctl-amd64: sha256 ${sha256(Buffer.from("forged"))}, ` +
      `expected ${sha256(Buffer.from("bare"))}`,
  );
  expect(states()).toEqual(["downloading", "failed"]);
  expect((await readdir(at.cache)).filter((name) => name.startsWith("tiny"))).toEqual([]);
});

test("a checksum file without the archive's name is refused", async () => {
  served.set("/releases.example.com/v1/sums.txt", Buffer.from(`${"0".repeat(64)}  other.tar.gz\n`));
  await expect(productFolders([tiny], progress, at)).rejects.toThrow(
    "sums.txt: it has no sha256 of tiny-amd64.tar.gz",
  );
});

test("a host that refuses is asked once a run, and its products are built", async () => {
  served.set("/releases.example.com/v1/tiny-amd64.tar.gz", 403);
  const [one = ""] = await productFolders([tiny, { ...tiny, name: "other" }], progress, at);
  expect(await readFile(join(one, "tiny"), "utf8")).toBe("built\n");
  expect(asked).toEqual(["HEAD /releases.example.com/v1/tiny-amd64.tar.gz"]);
});

test("a release that is missing on a reachable host is built, and the reason told", async () => {
  served.delete("/releases.example.com/v1/tinyctl-amd64");
  const [made = ""] = await productFolders([tiny], progress, at);
  expect(await readFile(join(made, "tinyctl"), "utf8")).toBe("built\n");
  expect(events.find(({ detail }) => detail?.includes("status 404"))?.state).toBe("building");
});

test("`build` asks nobody; `download` never builds", async () => {
  const [built = ""] = await productFolders([tiny], progress, { ...at, mode: "build" });
  expect(await readFile(join(built, "tiny"), "utf8")).toBe("built\n");
  expect(asked).toEqual([]);
  served.clear();
  await expect(productFolders([tiny], progress, { ...at, mode: "download" })).rejects.toThrow(
    "sums.txt: status 404, expected 200",
  );
});

test("every release names each output of its product once, over TLS", () => {
  for (const name of productNames) {
    const { outputs, release } = products[name];
    for (const arch of ["amd64", "arm64"] as const) {
      const files = release?.files(arch) ?? [];
      for (const { url } of files) expect(url).toMatch(/^https:\/\//);
      if (release) expect(files.flatMap((file) => Object.keys(file.outputs))).toEqual(outputs);
    }
  }
});
