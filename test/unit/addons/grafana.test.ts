import { grafanaObjects } from "../../../addons/monitoring/grafana/objects";
import { clusterFixture } from "../../support/fakes/cluster-fixture";

test("a changed dashboard of the user's changes its ConfigMap alone, so nothing restarts", () => {
  const { config } = clusterFixture("addons");
  const objects = (title: string) =>
    grafanaObjects({
      config,
      image: "grafana:1",
      password: "PASSWORD",
      dashboards: { shop: JSON.stringify({ title }), other: "{}" },
    });
  const [before, after] = [objects("Shop"), objects("Shops")];
  const changed = after.filter(
    (object, at) => JSON.stringify(object) !== JSON.stringify(before[at]),
  );
  expect(changed.map(({ name }) => name)).toEqual(["grafana-dashboard-shop"]);
});
