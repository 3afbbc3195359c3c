import { nonrootUser } from "../../kit/restricted-pod";
import { componentAddon } from "../../shape/addon";
import { metricsServer } from "./component";
import { metricsServerSchema } from "./schema";

/** `kubectl top` and HorizontalPodAutoscalers have what they ask for. */
export const metricsServerAddon = componentAddon({
  key: "metricsServer",
  name: "metrics-server",
  schema: metricsServerSchema,
  isOn: ({ metricsServer: { enabled } }) => enabled,
  images: { "metrics-server": "registry.k8s.io/metrics-server/metrics-server:v0.9.0" },
  lab: { images: { "metrics-server": { product: "metrics-server", user: nonrootUser } } },
  component: metricsServer,
});
