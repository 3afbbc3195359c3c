import { registry } from "../../../addons/registry";
import { sourcesBelow, sourceText } from "../../support/imports/source-graph";

/** What outside of addons/ still names an add-on, and why. */
const allowed: Readonly<Record<string, string>> = {
  "components/config/rules/cert-manager-rules.ts": "issuers are read by operator/ and pki/, too",
  "components/config/schema/addons-schema.ts": "what has another half on hosts or in the PKI",
  "components/config/schema/cert-manager-schema.ts": "the same",
  "components/operator/acme-directories.ts": "asks the servers of issuers",
  "components/operator/dashboard-files.ts": "reads files of the operator's machine",
};

/** Those with another half on the hosts: the network and its name service are no choice. */
const everyCluster = ["flannel", "coredns"];

test("no part of components/ names an add-on, but where the list says why", () => {
  const words = registry
    .filter(({ name }) => !everyCluster.includes(name))
    .flatMap(({ name, key }) => [name, key ?? name]);
  const naming = new RegExp(`\\b(${words.join("|")})\\b`);
  const offenders = sourcesBelow("components").filter((file) => naming.test(sourceText(file)));
  expect(offenders).toEqual(Object.keys(allowed));
});
