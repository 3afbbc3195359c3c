import { registry } from "../../../addons/registry";
import { sourcesBelow, sourceText } from "../../support/imports/source-graph";

/**
 * What must not know of add-ons but from their list. The toolchain is not among it: it names what it
 * makes as upstream does, for whichever add-on runs it.
 */
const parts = ["components", "provider", "cli", "lab", "process", "text", "upstream"];

/** The network and its name service are no choice: they have another half on the hosts. */
const everyCluster = ["flannel", "coredns"];

test.each(parts)("no file of %s/ names an add-on", (part) => {
  const words = registry
    .filter(({ name }) => !everyCluster.includes(name))
    .flatMap(({ name, key }) => [name, key ?? name]);
  const naming = new RegExp(`\\b(${words.join("|")})\\b`);
  const sources = sourcesBelow(part);
  expect(sources).not.toEqual([]);
  expect([...sources, "index.ts"].filter((file) => naming.test(sourceText(file)))).toEqual([]);
});
