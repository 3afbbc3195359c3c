"use strict";

const { build } = require("esbuild");
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { dirname, join } = require("node:path");
const packages = require("./prebundled-packages.json");

const root = join(__dirname, "..", "..");
const folder = join(root, "dist", "prebundle");
const keyFile = join(folder, "key");

/** The one file that holds all prebundled packages: an object of functions that load them, by name. */
const packagesFile = join(folder, "packages.js");

/** The part of jest that each test file loads anew, in a place whose lines jest leaves out of stack traces. */
const circus = join(dirname(require.resolve("jest-circus/runner")), "jestAdapterInit.js");
const circusFile = join(folder, "jest", "build", "circus.js");

/**
 * What the SDK loads to send functions elsewhere, which no program here does, and jest to compile a
 * resolver of snapshots, which nobody has; together they take a second.
 */
const leftOut = {
  name: "left-out",
  setup: ({ onResolve, onLoad }) => {
    onResolve(
      { filter: /^(typescript|ts-node|@npmcli\/arborist|@jest\/transform)$/ },
      ({ path }) => ({
        path,
        namespace: "left-out",
      }),
    );
    onLoad({ filter: /.*/, namespace: "left-out" }, () => ({ contents: "module.exports = {};" }));
  },
};

/**
 * Before the tests: bundles the packages that nearly every test file loads, and what jest itself does,
 * as it resolves, reads and compiles each of their 1,000 files anew for each test file.
 *
 * A package's stub in the bundle's folder is what jest.config.js puts in its place.
 */
async function prebundle() {
  const key = bundleKey();
  if (existsSync(keyFile) && readFileSync(keyFile, "utf8") === key) return;
  await bundle(packagesFile, `module.exports = {${packages.map(entry).join()}};`);
  await bundle(circusFile, `module.exports = require(${JSON.stringify(circus)});`);
  for (const name of packages) {
    const stub = join(folder, `${name}.js`);
    mkdirSync(dirname(stub), { recursive: true });
    writeFileSync(stub, `module.exports = prebundled[${JSON.stringify(name)}]();\n`);
  }
  writeFileSync(keyFile, key);
}

async function bundle(file, contents) {
  const unfinished = `${file}.${process.pid}`;
  await build({
    stdin: { contents, resolveDir: root },
    outfile: unfinished,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    logLevel: "warning",
    // of files of jest that are only named
    logOverride: { "require-resolve-not-external": "silent" },
    loader: { ".node": "empty" },
    // optional native accelerators of ssh2; it works without them
    external: ["cpu-features", "./crypto/build/Release/sshcrypto.node"],
    plugins: [leftOut],
  });
  // two runs of jest may come here at once
  renameSync(unfinished, file);
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
module.exports.packagesFile = packagesFile;
module.exports.circus = circus;
module.exports.circusFile = circusFile;
