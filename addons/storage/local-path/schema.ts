import { z } from "zod";
import type { DeepReadonly } from "../../../components/config/model/deep-readonly";

import * as value from "../../../components/config/schema/value-schemas";

const storageClass = z.strictObject({
  type: z
    .enum(["local-path"])
    .describe("What serves it; local-path: directories of the disk of the node that runs the pod."),
  path: z
    .string({ error: "an absolute path on the nodes, below the root directory" })
    .regex(/^(\/[A-Za-z0-9._-]+){2,}$/, {
      error: "an absolute path on the nodes of two or more parts, such as /var/lib/local-path",
    })
    .default("/var/lib/local-path")
    .describe("Where the volumes lie on every node."),
  reclaimPolicy: z
    .enum(["Delete", "Retain"])
    .default("Delete")
    .describe("What happens to a volume whose claim is deleted."),
  default: value.boolean().default(false).describe("The class of claims that name none."),
});

/** The key `addons.storageClasses`; network storage will be further types. */
export const storageClassesSchema = z
  .record(value.dnsLabel, storageClass, {
    error: "storage classes by name",
  })
  .prefault({})
  .describe("Storage classes by name; default: none.");

/** A storage class; further types join the union. */
export type StorageClassConfig = DeepReadonly<z.output<typeof storageClassesSchema>>[string];

declare module "../../../components/config/schema/addons-schema" {
  interface AddonSettings {
    storageClasses: z.output<typeof storageClassesSchema>;
  }
}
