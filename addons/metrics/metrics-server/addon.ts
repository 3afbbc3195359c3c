import type { Addon } from "../../shape/addon";
import { metricsServer } from "./component";
import { metricsServerSchema } from "./schema";

/** `kubectl top` and HorizontalPodAutoscalers have what they ask for. */
export const metricsServerAddon: Addon = {
  key: "metricsServer",
  name: "metrics-server",
  schema: metricsServerSchema,
  isOn: ({ metricsServer: { enabled } }) => enabled,
  component: metricsServer,
};
