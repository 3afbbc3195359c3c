import { registry } from "../../../addons/registry";
import { sourcesBelow, sourceText } from "../../support/imports/source-graph";

/** Those with another half on the hosts: the network and its name service are no choice. */
const everyCluster = ["flannel", "coredns"];

test("no part of components/ names an add-on", () => {
  const words = registry
    .filter(({ name }) => !everyCluster.includes(name))
    .flatMap(({ name, key }) => [name, key ?? name]);
  const naming = new RegExp(`\\b(${words.join("|")})\\b`);
  const offenders = sourcesBelow("components").filter((file) => naming.test(sourceText(file)));
  expect(offenders).toEqual([]);
});
