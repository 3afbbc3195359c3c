"use strict";

const { build } = require("esbuild");
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { dirname, join } = require("node:path");
const packages = require("./prebundled-packages.json");

const root = join(__dirname, "..", "..");
const folder = join(root, "dist", "prebundle");
const keyFile = join(folder, "key");

/** The one file that holds all prebundled packages: an object of functions that load them, by name. */
const bundleFile = join(folder, "packages.js");

/** What the SDK loads to send functions elsewhere, which no program here does; it takes a second. */
const leftOut = {
  name: "left-out",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(typescript|ts-node|@npmcli\/arborist)$/ }, ({ path }) => ({
      path,
      namespace: "left-out",
    }));
    onLoad({ filter: /.*/, namespace: "left-out" }, () => ({ contents: "module.exports = {};" }));
  },
};

/**
 * Before the tests: bundles the packages that nearly every test file loads, as jest resolves, reads
 * and compiles each of their 1,000 files anew for each test file.
 *
 * A package's stub in the bundle's folder is what jest.config.js puts in its place.
 */
async function prebundle() {
  const key = bundleKey();
  if (existsSync(keyFile) && readFileSync(keyFile, "utf8") === key) return;
  await build({
    stdin: { contents: `module.exports = {${packages.map(entry).join()}};`, resolveDir: root },
    outfile: bundleFile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    logLevel: "warning",
    loader: { ".node": "empty" },
    // optional native accelerators of ssh2; it works without them
    external: ["cpu-features", "./crypto/build/Release/sshcrypto.node"],
    plugins: [leftOut],
  });
  for (const name of packages) {
    const stub = join(folder, `${name}.js`);
    mkdirSync(dirname(stub), { recursive: true });
    writeFileSync(stub, `module.exports = prebundled[${JSON.stringify(name)}]();\n`);
  }
  writeFileSync(keyFile, key);
}

function entry(name) {
  return `${JSON.stringify(name)}: () => require(${JSON.stringify(name)})`;
}

/** Another one when a package, the list of them or this file changes. */
function bundleKey() {
  const hash = createHash("sha256").update(JSON.stringify(packages));
  for (const file of [join(root, "package-lock.json"), __filename]) {
    hash.update(readFileSync(file));
  }
  return hash.digest("hex");
}

module.exports = prebundle;
module.exports.bundleFile = bundleFile;
