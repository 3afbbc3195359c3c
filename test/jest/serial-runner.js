"use strict";

const { default: TestRunner } = require("jest-runner");

/** Runs one test file after the other, on however many cores: these share the hosts of one machine. */
module.exports = class SerialRunner extends TestRunner {
  isSerial = true;
};
