import { z } from "zod";

import * as value from "./value-schemas";

const chartText = "the name of a chart, an oci:// address, or a path that begins with ./, ../ or /";

const chart = z.strictObject({
  chart: z
    .string({ error: chartText })
    .regex(/^([a-z0-9][a-z0-9._-]*|oci:\/\/[^\s/@:]+(:\d{1,5})?(\/[\w.-]+)+|\.{0,2}\/\S+)$/, {
      error: chartText,
    })
    .describe(
      "Name in `repository`, `oci://` address, or path of a folder or archive, relative to the project.",
    ),
  repository: value.httpUrl
    .exactOptional()
    .describe("Address of the repository whose index has the chart."),
  version: z
    .string({ error: "a version such as 1.2.3" })
    .regex(/^v?\d+\.\d+\.\d+([-+][\w.+-]+)?$/, { error: "one exact version, such as 1.2.3" })
    .exactOptional()
    .describe("Exact version; required but for a path, where the chart has its own."),
  namespace: value.dnsLabel
    .exactOptional()
    .describe(
      "Namespace of the release, created where missing and never removed; default: the release's name.",
    ),
  values: z
    .record(z.string(), z.unknown(), { error: "values by name, as in a values.yaml" })
    .prefault({})
    .describe("Values in place of the chart's own; secret ones go to `plinth:chartSecrets`."),
  username: z
    .string({ error: "the name of a user" })
    .regex(/^[^\s:]+$/, { error: "the name of a user" })
    .exactOptional()
    .describe("User of a private repository, with a password in `plinth:chartSecrets`."),
  caFile: value.path
    .exactOptional()
    .describe("PEM file on the operator's machine with the CA of a private repository."),
  timeoutSeconds: value
    .wholeNumber(1, 86_400)
    .default(300)
    .describe("Seconds until a release that is not ready has failed."),
  atomic: value
    .boolean()
    .default(true)
    .describe("Roll a failed release back; uninstall it when there was none before."),
});

const releaseName = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?$/, {
  error: "a name of at most 53 lower-case letters, digits and dashes, with no dash at either end",
});

/** The key `charts`: what Helm installs, by name of the release. */
export const chartsSchema = z
  .record(releaseName, chart, { error: "charts by name of the release" })
  .prefault({});
