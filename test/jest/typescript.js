"use strict";
// what the environment has loaded
module.exports = globalThis.typescript;
