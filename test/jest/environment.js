"use strict";

const { TestEnvironment } = require("jest-environment-node");
const { createRequire } = require("node:module");
const { packagesFile } = require("./prebundle");
const scriptInRealm = require("./script-in-realm");

/** Node's environment with the packages of the prebundle, made when a test file first asks for one. */
module.exports = class PrebundledEnvironment extends TestEnvironment {
  constructor(...args) {
    super(...args);
    const { context } = this;
    let packages;
    Object.defineProperty(this.global, "prebundled", {
      get: () => (packages ??= scriptInRealm(packagesFile, context, createRequire(packagesFile))),
    });
    // a parser that keeps no state and takes half a second to load: one for all test files
    Object.defineProperty(this.global, "typescript", { get: () => require("typescript") });
  }
};
