"use strict";

const { succeeded } = require("./lab-setup");
const prebundle = require("./prebundle");

/** Before the provider's tests: the lab's host for them, unless somebody brings one of their own. */
module.exports = async function providerSetup() {
  await prebundle();
  if (process.env.PLINTH_TEST_HOST !== undefined) return;
  succeeded("build.mjs");
  succeeded("dist/lab.js", "up", "--stack", "test/provider/Pulumi.provider.yaml");
};
