"use strict";

/** One project per layer of tests, so that each runs alone: `npx jest --selectProjects unit`. */
const project = (name, extra = {}) => ({
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  transform: {
    "\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2022", transform: { useDefineForClassFields: false } } },
    ],
    "\\.sh$": "<rootDir>/test/support/text-transform.js",
  },
  ...extra,
});

module.exports = {
  projects: ["unit", "program", "provider", "e2e", "full"].map((name) => project(name)),
  testTimeout: 60_000,
};
