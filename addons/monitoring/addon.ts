import { componentAddon } from "../shape/addon";
import { monitoring } from "./component";
import { monitoringImages, monitoringLab } from "./shared/images";
import { dashboardFiles } from "./grafana/operator/dashboard-files";
import { monitoringProblems } from "./rules";
import { monitoringSchema } from "./shared/schema";
import { nodeExporterPort } from "./shared/ports-and-names";

/** Metrics over time, and alerts. */
export const monitoringAddon = componentAddon({
  key: "monitoring",
  name: "monitoring",
  schema: monitoringSchema,
  isOn: ({ monitoring: { enabled } }) => enabled,
  rules: [{ reads: ["addons"], problems: monitoringProblems }],
  images: monitoringImages,
  lab: monitoringLab,
  needs: { ports: [nodeExporterPort], hostMetrics: true },
  files: dashboardFiles,
  // its volume goes before those who remove volumes
  uses: () => ["network", "storage"],
  component: monitoring,
});
