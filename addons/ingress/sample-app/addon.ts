import type { Addon } from "../../shape/addon";
import { sampleApp } from "./component";
import { sampleAppProblems, sampleIssuerProblems } from "./rules";
import { sampleAppSchema } from "./schema";

/** A page behind the ingress. */
export const sampleAppAddon: Addon = {
  key: "sampleApp",
  name: "sample-app",
  schema: sampleAppSchema,
  isOn: ({ sampleApp: { enabled } }) => enabled,
  rules: [
    { reads: ["addons"], problems: sampleAppProblems },
    { reads: ["addons"], problems: sampleIssuerProblems },
  ],
  uses: () => ["ingress", "certificates"],
  component: sampleApp,
};
