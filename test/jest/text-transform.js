"use strict";
// jest's counterpart of esbuild's text loader for shell scripts
module.exports = { process: (text) => ({ code: `module.exports = ${JSON.stringify(text)};` }) };
