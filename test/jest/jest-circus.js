"use strict";

const { createRequire } = require("node:module");
const { default: run } = require("jest-circus/runner");
const { circus, circusFile } = require("./prebundle");
const scriptInRealm = require("./script-in-realm");

/**
 * Jest's own way to run a test file, with what it loads into the file's realm taken from the prebundle.
 * Stryker wants its name in this file's.
 */
module.exports = (globalConfig, config, environment, runtime, ...rest) => {
  const { requireInternalModule } = runtime;
  runtime.requireInternalModule = function (from, name) {
    if (from !== circus) return requireInternalModule.call(this, from, name);
    const builtin = (id) => requireInternalModule.call(this, circus, id);
    const required = Object.assign(builtin, { resolve: createRequire(circus).resolve });
    return scriptInRealm(circusFile, environment.getVmContext(), required);
  };
  return run(globalConfig, config, environment, runtime, ...rest);
};
