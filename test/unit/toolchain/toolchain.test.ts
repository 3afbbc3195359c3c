import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { build as bundled } from "esbuild";
import { spawn } from "node:child_process";
import type { Product } from "../../../toolchain/product";
import { goTools } from "../../../toolchain/build-steps";
import type { BuildEnvironment } from "../../../toolchain/build-environment";
import { productFolders } from "../../../toolchain/toolchain";
import type { ToolchainEvent } from "../../../toolchain/toolchain";

const tiny: Product = {
  name: "tiny",
  version: "1.0.0",
  folder: "tiny",
  recipe: goTools({ rename: { server: "tiny" } }),
  packages: [],
  outputs: ["tiny"],
};

/** Stands in for Go: notes each call and makes one binary, unless a file in the module forbids it. */
const fakeGo = `#!/bin/sh
echo "$1" >> "$(dirname "$0")/calls"
case "$1" in
env) cat "$(dirname "$0")/version" ;;
build)
  while [ "$1" != -o ]; do shift; done
  if [ -f broken ]; then echo "# example.com/tiny"; echo "main.go:3:1: undefined: x" >&2; exit 1; fi
  case "$PWD" in */tiny) echo partial > "$2server" ;; *) echo partial > "$2crane" ;; esac
  if [ -f "$(dirname "$0")/endless" ]; then exec sleep 4; fi
  echo example.com/tiny
  ;;
esac
`;

let folder: string;
let at: BuildEnvironment;
const states: string[] = [];
const progress = (event: ToolchainEvent) => void states.push(event.state);
const builds = async () =>
  (await readFile(join(folder, "bin/calls"), "utf8")).split("\n").filter((call) => call === "build")
    .length;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-toolchain-"));
  states.length = 0;
  for (const name of ["bin", "cache", "modules/tiny"]) {
    await mkdir(join(folder, name), { recursive: true });
  }
  await writeFile(join(folder, "bin/go"), fakeGo);
  await chmod(join(folder, "bin/go"), 0o755);
  await writeFile(join(folder, "bin/version"), "go1.26.8\n");
  await writeFile(join(folder, "modules/tiny/go.mod"), "module tiny\n");
  const [cache, modules, go] = ["cache", "modules", "bin/go"].map((name) => join(folder, name));
  at = { cache, modules, go, arch: "amd64", mode: "auto" } as BuildEnvironment;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("a second run finds the product and compiles nothing", async () => {
  const first = await productFolders([tiny], progress, at);
  const second = await productFolders([tiny], progress, at);
  expect(second).toEqual(first);
  expect(await readdir(first[0] ?? "")).toEqual([".plinth.json", "tiny"]);
  expect(states).toEqual(["building", "done", "cached"]);
  expect(await builds()).toBe(1);
});

test.each([
  ["a file of the module", () => writeFile(join(folder, "modules/tiny/go.sum"), "changed\n"), {}],
  ["the version of Go", () => writeFile(join(folder, "bin/version"), "go1.27.0\n"), {}],
  [
    "a linker flag",
    () => Promise.resolve(),
    { recipe: goTools({ ldflags: ["-X=a=b"], rename: { server: "tiny" } }) },
  ],
])("a change of %s makes a folder of its own", async (_, change, difference) => {
  const before = await productFolders([tiny], progress, at);
  await change();
  const after = await productFolders([{ ...tiny, ...difference }], progress, at);
  expect(after).not.toEqual(before);
  expect(await builds()).toBe(2);
});

test("a change of a test in the module keeps the folder", async () => {
  const before = await productFolders([tiny], progress, at);
  await writeFile(join(folder, "modules/tiny/main_test.go"), "package main\n");
  expect(await productFolders([tiny], progress, at)).toEqual(before);
});

test("a folder that lost a binary is made again", async () => {
  const [made = ""] = await productFolders([tiny], progress, at);
  await rm(join(made, "tiny"));
  await productFolders([tiny], progress, at);
  expect(await readFile(join(made, "tiny"), "utf8")).toBe("partial\n");
});

test("a failing compiler is quoted with product, folder of the log and nothing left behind", async () => {
  await writeFile(join(folder, "modules/tiny/broken"), "");
  const log = join(folder, "cache/logs/tiny-1.0.0.log");
  await expect(productFolders([tiny], progress, at)).rejects.toThrow(
    new RegExp(`tiny 1\\.0\\.0: .*go ended with 1, expected 0(.|\\n)*undefined: x\\n.*${log}`),
  );
  expect(states).toEqual(["building", "failed"]);
  expect(await readFile(log, "utf8")).toContain("main.go:3:1: undefined: x");
  expect((await readdir(at.cache)).filter((name) => name.startsWith("tiny"))).toEqual([]);
});

test("a script of ours gets upstream's module and fills the folder; what it says is quoted when it fails", async () => {
  const recipe = { kind: "script", script: "make.sh", module: "example.org/m" } as const;
  const scripted: Product = { ...tiny, recipe, outputs: ["pages"] };
  const fake = `#!/bin/sh\ncase "$1" in env) echo go1.26.8 ;; mod) echo '{"Dir":"/modules/'"$4"'"}' ;; esac\n`;
  await writeFile(join(folder, "bin/go"), fake);
  const script = join(folder, "modules/tiny/make.sh");
  await writeFile(script, 'echo "$1" >"$2/pages"\n');
  const [made = ""] = await productFolders([scripted], progress, at);
  expect(await readFile(join(made, "pages"), "utf8")).toBe("/modules/example.org/m@v1.0.0\n");
  await writeFile(script, "echo no such package >&2; exit 3\n");
  await expect(productFolders([scripted], progress, at)).rejects.toThrow(
    /tiny 1\.0\.0: bash ended with 3, expected 0(.|\n)*no such package/,
  );
});

test("two runs at once compile once", async () => {
  const [one, two] = await Promise.all([
    productFolders([tiny], progress, at),
    productFolders([tiny], progress, at),
  ]);
  expect(one).toEqual(two);
  expect(await builds()).toBe(1);
});

test("without Go the error says what is missing", async () => {
  await expect(
    productFolders([tiny], progress, { ...at, go: join(folder, "none") }),
  ).rejects.toThrow(/tiny 1\.0\.0: can't be built, .*expected Go on PATH/);
});

test("a run killed while it compiles leaves nothing finished, and the next run builds", async () => {
  const script = join(folder, "dist/toolchain.js");
  await bundled({
    entryPoints: ["toolchain/main.ts"],
    outfile: script,
    bundle: true,
    platform: "node",
  });
  await mkdir(join(folder, "toolchain/products/crane"), { recursive: true });
  await mkdir(join(folder, "toolchain/products/etcd"), { recursive: true });
  await writeFile(join(folder, "toolchain/products/etcd/go.mod"), "");
  const started = () => {
    const env = {
      PATH: `${join(folder, "bin")}:${process.env.PATH ?? ""}`,
      XDG_CACHE_HOME: join(folder, "cache"),
      PLINTH_TOOLCHAIN: "build",
    };
    return spawn(process.execPath, [script, "crane"], {
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
  };
  const cache = join(folder, "cache/plinth/toolchain");
  const made = async () => (await readdir(cache)).filter((name) => name.startsWith("crane"));
  const compiled = async () =>
    (await Promise.all((await made()).map((name) => readdir(join(cache, name))))).flat();

  await writeFile(join(folder, "bin/endless"), "");
  const killed = started();
  while ((await compiled().catch(() => [])).length === 0) await sleep(20);
  killed.kill("SIGKILL");
  expect(await made()).toEqual([expect.stringMatching(/^crane-0.*\.tmp-\d+$/)]);

  await rm(join(folder, "bin/endless"));
  const again = started();
  let text = "";
  again.stdout.on("data", (part: Buffer) => (text += part.toString()));
  const code = await new Promise((resolve) => again.once("close", resolve));
  expect({ code, text }).toEqual({ code: 0, text: expect.stringContaining("1 built") as string });
  expect(await made()).toEqual([expect.stringMatching(/^crane-0[\d.]*-[0-9a-f]{12}$/)]);
});
