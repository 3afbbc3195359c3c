import { coreDnsCorefile } from "../../../addons/dns/coredns/objects";
import { alertmanagerConfig } from "../../../addons/monitoring/alertmanager/objects";
import { prometheusConfig } from "../../../addons/monitoring/prometheus/settings";
import { alertRules } from "../../../addons/monitoring/rules/alert-rules";
import { flannelNetConf } from "../../../addons/network/flannel/objects";
import { localPathSettings } from "../../../addons/storage/local-path/objects";
import { hostsWithRole } from "../../../components/config/model/hosts-with-role";
import { etcdRollout } from "../../../components/etcd/member-commands";
import { toYaml } from "../../../components/text/yaml";
import type { Rollout } from "../../../provider/api";
import { cgroupV1Platform, clusterFixture } from "../../support/fakes/cluster-fixture";
import { expectGoldenTree } from "../../support/golden/golden-tree";
import { hostGolden } from "../../support/golden/host-golden";

const clusters = {
  ha: clusterFixture("ha"),
  "own-etcd": clusterFixture("own-etcd", cgroupV1Platform),
  vip: clusterFixture("vip"),
};

/** Its commands without the scripts, which have tests of their own. */
function withoutScripts(rollout: Rollout): object {
  const text = JSON.stringify(rollout, (_, value: unknown) =>
    Array.isArray(value)
      ? value.map((word: unknown, at) => (value[at - 1] === "-c" ? "<script>" : word))
      : value,
  );
  return JSON.parse(text) as object; // of an object
}

describe("every file, unit and binary of a host is what its golden tree says", () => {
  test.each([
    ["ha", "cp1"],
    ["ha", "w1"],
    ["own-etcd", "e1"],
    ["own-etcd", "c1"],
    ["own-etcd", "w1"],
  ] as const)("%s/%s", (cluster, host) => {
    expectGoldenTree(`${cluster}/${host}`, hostGolden(clusters[cluster], host));
  });

  test("vip/cp2, with what is run around its etcd member, which lost its data", () => {
    const { config } = clusters.vip;
    const members = hostsWithRole(config.hosts, "etcd");
    const membership = {
      starts: new Map([["cp2", "rejoin" as const]]),
      founders: [],
      leaving: [{ name: "cp9", url: "https://10.0.0.19:2380" }],
      steps: [],
      moves: [],
    };
    const host = members.find(({ name }) => name === "cp2")!;
    const { etcd } = config;
    const rollout = etcdRollout({ host, members, etcd, membership, held: undefined });
    expectGoldenTree("vip/cp2", {
      ...hostGolden(clusters.vip, "cp2"),
      "rollout-etcd.yaml": toYaml(withoutScripts(rollout)),
    });
  });

  test("vip: every control plane knows the others, and each has a priority of its own", () => {
    const configs = ["cp1", "cp2", "cp3"].map((host) => {
      const files = hostGolden(clusters.vip, host);
      return [`${host}.conf`, files["etc/kubernetes/vip/keepalived.conf"] ?? ""] as const;
    });
    expectGoldenTree("vip/keepalived", Object.fromEntries(configs));
  });
});

describe("the text inside the add-ons' objects is what its golden file says", () => {
  test.each(["ha", "own-etcd"] as const)("%s", (cluster) => {
    const { config } = clusters[cluster];
    expectGoldenTree(`${cluster}/addons`, {
      Corefile: coreDnsCorefile(config),
      "net-conf.json": flannelNetConf(config),
    });
  });

  test("own-etcd: monitoring", () => {
    const { config } = clusters["own-etcd"];
    expectGoldenTree("own-etcd/monitoring", {
      "prometheus.yaml": prometheusConfig(config),
      "alertmanager.yaml": alertmanagerConfig(true),
      "alerts.yaml": alertRules(),
    });
  });

  test("own-etcd: storage classes", () => {
    const { storageClasses } = clusters["own-etcd"].config.addons;
    expectGoldenTree("own-etcd/local-path", localPathSettings(storageClasses, "busybox:1"));
  });
});
