import { z } from "zod";
import { registry } from "../../../../addons/registry";
import { clusterConfig } from "../../../../components/config/cluster-config";
import type { AddonDefinition } from "../../../../components/config/model/addon-definition";
import { nodeContent, runtimeContent } from "../../../../components/node/kubelet-nodes";
import { firstRegistration } from "../../../../components/node/registration";
import { preflight } from "../../../../components/survey/preflight";
import { surveyQuestions } from "../../../../components/survey/survey-questions";
import { clusterFixture, clusterInput } from "../../../support/fakes/cluster-fixture";
import { hostFacts } from "../../../support/fakes/host-facts";
import { judgedRun } from "../../../support/fakes/judged-host";

/** An add-on that needs what none of the list needs. */
const volumes: AddonDefinition = {
  key: "volumes",
  name: "volumes",
  schema: z.strictObject({ on: z.boolean().default(false) }).prefault({}),
  isOn: (addons) => (addons as unknown as { volumes: { on: boolean } }).volumes.on,
  needs: {
    modules: () => ({ nfs: "volumes of a file server" }),
    packages: () => ["nfs-common"],
  },
};

const configOf = (on: boolean) => {
  const input = { ...clusterInput("ha"), addons: { volumes: { on } } };
  const environment = { home: "/home/operator", workingDirectory: "/work" };
  return clusterConfig(input, "ha.yaml", [...registry, volumes], environment);
};

const contentOf = (on: boolean, name: string) => {
  const config = configOf(on);
  const host = config.hosts.find((each) => each.name === name)!;
  const context = { ...clusterFixture("ha"), config };
  return {
    node: nodeContent(context, host, firstRegistration),
    runtime: runtimeContent(context, host),
  };
};

test("a package that an add-on needs comes with the node's layer, where the add-on is on", () => {
  const { node, runtime } = contentOf(true, "w1");
  const without = contentOf(false, "w1");
  expect(node.packages).toEqual([...without.node.packages, "nfs-common"].sort());
  expect(node).toEqual({ ...without.node, packages: node.packages });
  expect(runtime).toEqual(without.runtime);
});

test("a kernel module that an add-on needs is asked for, and a node without it is refused", () => {
  const judge = (on: boolean) => {
    const config = configOf(on);
    const hosts = config.hosts.map(({ name, internalAddress }) => [
      name,
      { facts: hostFacts(name, internalAddress, { freeDiskMiB: {} }) },
    ]);
    return preflight(config, { hosts: Object.fromEntries(hosts) as never }, judgedRun)
      .failures.map(({ host, problem }) => `${host}: ${problem}`)
      .filter((problem) => problem.includes("module"));
  };
  expect(judge(false)).toEqual([]);
  expect(judge(true)).toEqual(
    configOf(true)
      .hosts.filter(({ node }) => node)
      .map(
        ({ name }) =>
          `${name}: the kernel module nfs is missing; it is needed for volumes of a file server`,
      ),
  );
  const modules = (on: boolean) => surveyQuestions(configOf(on)).modules;
  expect(modules(true)).toEqual([...modules(false), "nfs"]);
});
