"use strict";

const { spawnSync } = require("node:child_process");
const { join } = require("node:path");
const prebundle = require("./prebundle");

const root = join(__dirname, "..", "..");

/**
 * Before tests that make hosts of their own: has the lab serve binaries and images to them, so that
 * each file runs alone, `npx jest e2e/truth --selectProjects e2e`.
 */
module.exports = async function labSetup() {
  await prebundle();
  succeeded("build.mjs");
  succeeded("dist/lab.js", "serve");
};

/** Runs a program of this repository; it writes to stderr, as stdout may be jest's report. */
function succeeded(...args) {
  const { status } = spawnSync("node", args, { cwd: root, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with status ${String(status)}`);
}

module.exports.succeeded = succeeded;
