"use strict";

const { projects } = require("../../jest.config.js");

/** The unit tests alone, as jest's own configuration has them; the packages were bundled before. */
const { globalSetup, ...unit } = projects.find(({ displayName }) => displayName === "unit");

module.exports = { ...unit, rootDir: "../.." };
