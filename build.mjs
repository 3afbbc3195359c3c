// Bundles the parts that run: the Pulumi program, the provider, the command line, the lab and the toolchain.
import { build } from "esbuild";
import { chmod, copyFile, mkdir } from "node:fs/promises";
import { existsSync } from "node:fs";

const root = new URL(".", import.meta.url).pathname;
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  sourcemap: "linked",
  logLevel: "warning",
  loader: { ".sh": "text", ".node": "empty" },
  // optional native accelerators of ssh2; it works without them
  external: ["cpu-features", "./crypto/build/Release/sshcrypto.node"],
};
const bundles = [
  {
    entryPoints: ["index.ts"],
    outfile: "dist/index.js",
    // Pulumi's packages stay outside: the SDK must be loaded once, and the language host looks for them;
    // the other loads its parts in a way that can't be followed
    external: ["@pulumi/*", "jsonc-parser"],
  },
  { entryPoints: ["provider/engine/main.ts"], outfile: "dist/provider/provider.js" },
  { entryPoints: ["cli/main.ts"], outfile: "dist/plinth.js" },
  { entryPoints: ["lab/main.ts"], outfile: "dist/lab.js" },
  { entryPoints: ["toolchain/main.ts"], outfile: "dist/toolchain.js" },
].filter((bundle) => existsSync(new URL(bundle.entryPoints[0], import.meta.url)));

await mkdir(`${root}dist/provider`, { recursive: true });
await Promise.all(bundles.map((bundle) => build({ ...common, ...bundle })));
const launcher = `${root}dist/provider/pulumi-resource-plinth`;
await copyFile(`${root}provider/engine/pulumi-resource-plinth`, launcher);
await chmod(launcher, 0o755);
await chmod(`${root}dist/plinth.js`, 0o755);
