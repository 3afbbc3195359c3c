"use strict";

const { succeeded } = require("./lab-setup");
const prebundle = require("./prebundle");

/** Before the tests of etcd's members: the binaries that hosts of the lab get, too. */
module.exports = async function etcdSetup() {
  await prebundle();
  succeeded("build.mjs");
  succeeded("dist/toolchain.js", "etcd");
};
