"use strict";

const { readFileSync } = require("node:fs");
const { dirname } = require("node:path");
const { Script } = require("node:vm");

/** Compiled once in a process, by file. */
const compiled = new Map();

/** What a bundle exports in the realm of a test file, so that nothing leaks from one to the next. */
module.exports = function scriptInRealm(file, context, require) {
  let script = compiled.get(file);
  if (script === undefined) {
    const text = `(module, require, __dirname) => {${readFileSync(file, "utf8")}\n}`;
    script = new Script(text, { filename: file });
    compiled.set(file, script);
  }
  const module = { exports: {} };
  script.runInContext(context)(module, require, dirname(file));
  return module.exports;
};
