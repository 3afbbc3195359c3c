"use strict";

const { readdirSync } = require("node:fs");
const prebundled = require("./test/jest/prebundled-packages.json");

/** Packages of which each part is taken from the prebundle; one that is not in it is an error. */
const packages = new Set(prebundled.map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)[0]));

/** Where sources are; packages are found by their names, and jest need not look through all of them. */
const roots = readdirSync(__dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !/^(\.|node_modules$|dist$)/.test(entry.name))
  .map(({ name }) => `<rootDir>/${name}`);

/** One project per layer of tests, so that each runs alone: `npx jest --selectProjects unit`. */
const project = (name, extra = {}) => ({
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  globalSetup: "<rootDir>/test/jest/prebundle.js",
  testEnvironment: require.resolve("./test/jest/environment.js"),
  testRunner: require.resolve("./test/jest/jest-circus.js"),
  roots,
  moduleNameMapper: {
    [`^((${[...packages].join("|").replaceAll(".", "\\.")})(/.+)?)$`]:
      "<rootDir>/dist/prebundle/$1.js",
    "^typescript$": "<rootDir>/test/jest/typescript.js",
  },
  transform: {
    "\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2022", transform: { useDefineForClassFields: false } } },
    ],
    "\\.sh$": "<rootDir>/test/jest/text-transform.js",
  },
  ...extra,
});

/** Tests on the hosts of this machine: one file at a time, once the lab is ready for them. */
const hostProject = (name, setup) =>
  project(name, {
    runner: "<rootDir>/test/jest/serial-runner.js",
    globalSetup: `<rootDir>/test/jest/${setup}.js`,
  });

module.exports = {
  projects: [
    project("unit"),
    project("program"),
    hostProject("etcd", "etcd-setup"),
    hostProject("provider", "provider-setup"),
    hostProject("e2e", "lab-setup"),
    hostProject("full", "lab-setup"),
  ],
  maxWorkers: "100%",
  testTimeout: 60_000,
};
