import { z } from "zod";

import * as value from "./value-schemas";

const texts = z.array(z.string().min(1, { error: "text" }), { error: "a list of texts" });
const stages = z.enum(["RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"]);

/** As upstream: https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/#audit-k8s-io-v1-PolicyRule */
const auditRule = z.strictObject({
  level: z.enum(["None", "Metadata", "Request", "RequestResponse"]),
  users: texts.exactOptional(),
  userGroups: texts.exactOptional(),
  verbs: texts.exactOptional(),
  resources: z
    .array(
      z.strictObject({
        group: z.string({ error: 'an API group, "" for the core group' }),
        resources: texts.exactOptional(),
        resourceNames: texts.exactOptional(),
      }),
      { error: "a list of resources by group" },
    )
    .exactOptional(),
  namespaces: texts.exactOptional(),
  nonResourceURLs: texts.exactOptional(),
  omitStages: z.array(stages, { error: "a list of stages" }).exactOptional(),
  omitManagedFields: value.boolean().exactOptional(),
});

/** The key `controlPlane.audit`. */
export const auditSchema = z.strictObject({
  enabled: value.boolean().default(true).describe("Keep an audit log on every control plane."),
  maxAgeDays: value.wholeNumber(0, 3650).default(30).describe("Days a log file is kept."),
  maxBackups: value.wholeNumber(0, 1000).default(5).describe("Log files kept."),
  maxSizeMiB: value.wholeNumber(1, 10_240).default(50).describe("Size of a log file in MiB."),
  rules: z
    .array(auditRule, { error: "a list of audit rules" })
    .default([])
    .describe(
      "Rules as in an `audit.k8s.io/v1` Policy, before Plinth's own: the first that fits a request " +
        "decides. `Request` and `RequestResponse` log bodies: never use them for secrets.",
    ),
});
