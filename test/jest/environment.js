"use strict";

const { TestEnvironment } = require("jest-environment-node");
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { dirname } = require("node:path");
const { Script } = require("node:vm");
const { bundleFile } = require("./prebundle");

/** Compiled once in a process; each test file runs it in a realm of its own, so that nothing leaks. */
let compiled;

/** Node's environment with the packages of the prebundle, made when a test file first asks for one. */
module.exports = class PrebundledEnvironment extends TestEnvironment {
  constructor(...args) {
    super(...args);
    const { context } = this;
    let packages;
    Object.defineProperty(this.global, "prebundled", {
      get: () => (packages ??= packagesIn(context)),
    });
  }
};

function packagesIn(context) {
  compiled ??= new Script(
    `(module, require, __dirname) => {${readFileSync(bundleFile, "utf8")}\n}`,
    {
      filename: bundleFile,
    },
  );
  const module = { exports: {} };
  compiled.runInContext(context)(module, createRequire(bundleFile), dirname(bundleFile));
  return module.exports;
}
