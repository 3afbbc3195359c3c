import { coreDnsCorefile } from "../../../addons/dns/coredns/objects";
import { alertmanagerConfig } from "../../../addons/monitoring/alertmanager/objects";
import { prometheusConfig } from "../../../addons/monitoring/prometheus/settings";
import { alertRules } from "../../../addons/monitoring/rules/alert-rules";
import { flannelNetConf } from "../../../addons/network/flannel/objects";
import { localPathSettings } from "../../../addons/storage/local-path/objects";
import { cgroupV1Platform, clusterFixture } from "../../support/fakes/cluster-fixture";
import { expectGoldenTree } from "../../support/golden/golden-tree";
import { hostGolden } from "../../support/golden/host-golden";

const clusters = {
  ha: clusterFixture("ha"),
  "own-etcd": clusterFixture("own-etcd", cgroupV1Platform),
  vip: clusterFixture("vip"),
};

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

  test("vip/cp2, a host that lost the data of its etcd member", () => {
    const surveyed = { withData: new Set(["cp1", "cp3"]), joined: new Set<string>() };
    expectGoldenTree("vip/cp2", hostGolden(clusters.vip, "cp2", surveyed));
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
