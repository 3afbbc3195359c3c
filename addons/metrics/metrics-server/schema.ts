import { z } from "zod";
import * as value from "../../../components/config/schema/value-schemas";

/** The key `addons.metricsServer`. */
export const metricsServerSchema = z
  .strictObject({
    enabled: value
      .boolean()
      .default(false)
      .describe("Metrics for `kubectl top` and HorizontalPodAutoscalers."),
  })
  .prefault({})
  .describe("CPU and memory in use, by node and pod.");

declare module "../../../components/config/schema/addons-schema" {
  interface AddonSettings {
    metricsServer: z.output<typeof metricsServerSchema>;
  }
}
