import prebundle from "../jest/prebundle.js";

await prebundle();

/**
 * What renders and decides without network, disk or a Pulumi engine. Components are left out, as the
 * tests of the program prove them, and what speaks to hosts, as tests on hosts do.
 */
const pure = [
  "components/pki/{admin-kubeconfig,identities,pem-files}.ts",
  "components/etcd/etcd-member.ts",
  "components/operations/{etcd-membership,plan-report,quorum-hold}.ts",
  "components/control-plane/!(control-plane).ts",
  "provider/layer/*.ts",
  "provider/plan/*.ts",
  "provider/lease/lease.ts",
  "provider/look/{last-started,live-layer,live-state,look-cache}.ts",
  "provider/apply/{maintenance,ready-steps,removal,rollout,staging-steps,steps,tar}.ts",
  "provider/engine/{engine-values,responses}.ts",
  "provider/ssh/{framing,host-keys,script-library}.ts",
  "provider/survey/survey-facts.ts",
];

/** https://stryker-mutator.io/docs/stryker-js/configuration */
export default {
  mutate: pure,
  testRunner: "jest",
  plugins: ["@stryker-mutator/jest-runner"],
  jest: { configFile: "test/mutation/jest.config.js" },
  coverageAnalysis: "perTest",
  // a constant's mutant costs a run of all tests, and goldens hold the constants
  ignoreStatic: true,
  concurrency: 2,
  disableTypeChecks: false,
  tempDirName: "dist/stryker",
  ignorePatterns: ["dist/*", "!dist/prebundle", "toolchain/products"],
  reporters: ["clear-text", "progress", "html", "json"],
  clearTextReporter: { allowColor: false, logTests: false },
  htmlReporter: { fileName: "dist/mutation/index.html" },
  jsonReporter: { fileName: "dist/mutation/report.json" },
  thresholds: { high: 90, low: 80, break: 80 },
};
