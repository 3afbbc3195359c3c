import { nonrootUser } from "../../kit/restricted-pod";
import { appliedAddon } from "../../shape/addon";
import { sampleAppObjects } from "./objects";
import { sampleAppProblems, sampleIssuerProblems } from "./rules";
import { sampleAppSchema } from "./schema";

/** A page that says which pod answered, reached by its host name through the ingress. */
export const sampleAppAddon = appliedAddon("SampleApp", {
  key: "sampleApp",
  name: "sample-app",
  schema: sampleAppSchema,
  isOn: ({ sampleApp: { enabled } }) => enabled,
  rules: [
    { reads: ["addons"], problems: sampleAppProblems },
    { reads: ["addons"], problems: sampleIssuerProblems },
  ],
  images: { "http-echo": "docker.io/hashicorp/http-echo:1.0.0" },
  lab: { images: { "http-echo": { product: "http-echo", user: nonrootUser } } },
  uses: () => ["ingress", "certificates"],
  objects: ({ config, images }) => {
    const { host, issuer } = config.addons.sampleApp;
    if (host === undefined)
      throw new Error("a checked config has a host for the sample application");
    return sampleAppObjects(host, issuer, images["http-echo"]);
  },
});
