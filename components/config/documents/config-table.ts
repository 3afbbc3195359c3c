import { z } from "zod";

import { type FixedPort, type PortHosts, ports } from "../../network/ports";
import { type AddonDefinition, addonSchemas } from "../model/addon-definition";
import { configKey } from "../problems/config-problem";
import { shapeOf, innerSchema } from "../problems/schema-problems";
import { clusterSchema } from "../schema/cluster-schema";

type Schema = z.core.$ZodType;

/** Markdown that explains every key of the stack config: name, default and meaning, a row each. */
export function configTable(addons: readonly AddonDefinition[]): string {
  return [
    "# Configuration",
    "",
    `Everything stands below the one key \`${configKey}\` of a stack config file. Secrets are keys`,
    "of their own, set with `pulumi config set --secret`: `plinth:sshPrivateKey`,",
    "`plinth:sshPassphrase`, `plinth:sudoPassword` and `plinth:alertWebhookUrl`; for charts, with `--path`,",
    "`plinth:chartSecrets.<release>.password` and `plinth:chartSecrets.<release>.values.<key>`.",
    "",
    "<!-- Generated from components/config/schema/cluster-schema.ts. -->",
    "<!-- prettier-ignore -->",
    "| Key | Default | Meaning |",
    "| --- | --- | --- |",
    ...rows("", clusterSchema(addonSchemas(addons))),
    "",
    ...portTable(addons),
    "",
  ].join("\n");
}

const portUse: Readonly<Record<PortHosts, string>> = {
  etcd: "hosts with the role etcd",
  "control-plane": "control planes",
  node: "nodes",
};

/** What listens on hosts, for whoever sets up a firewall. */
function portTable(addons: readonly AddonDefinition[]): readonly string[] {
  const choosing = addons.filter(({ needs }) => needs?.chosenPorts).map(keyText);
  return [
    "## Ports",
    "",
    `Beside SSH, \`api.port\` on control planes and nodes, and the ports of ${choosing.join(", ")}, the cluster`,
    "listens on these TCP ports of its hosts. No setting changes them, and a config that gives one of them",
    "to something else is refused.",
    "",
    "<!-- Generated from components/network/ports.ts and the add-ons' own. -->",
    "<!-- prettier-ignore -->",
    "| Port | For | On | With |",
    "| --- | --- | --- | --- |",
    ...Object.values<FixedPort>(ports).map((port) => portRow(port, "every cluster")),
    ...addons.flatMap((addon) =>
      (addon.needs?.ports ?? []).map((port) => portRow(port, keyText(addon))),
    ),
  ];
}

function keyText({ key = "" }: AddonDefinition): string {
  return `\`addons.${key}\``;
}

function portRow({ port, owner, on }: FixedPort, cause: string): string {
  return `| ${port} | ${owner} | ${portUse[on]} | ${cause} |`;
}

function rows(prefix: string, schema: Schema): readonly string[] {
  const inner = innerSchema(schema);
  if (inner instanceof z.ZodRecord && innerSchema(inner.valueType) instanceof z.ZodObject) {
    return rows(`${prefix}<name>.`, inner.valueType);
  }
  if (!(inner instanceof z.ZodObject)) return [];
  return Object.entries(shapeOf(inner)).flatMap(([key, value]) => {
    const name = prefix + (key.includes(".") ? `"${key}"` : key);
    return [row(name, value), ...rows(`${name}.`, value)];
  });
}

function row(name: string, schema: Schema): string {
  const description = z.globalRegistry.get(schema)?.description;
  if (description === undefined) throw new Error(`${name}: a key without a description`);
  return `| \`${name}\` | ${defaultText(schema)} | ${description.replaceAll("|", "\\|")} |`;
}

function defaultText(schema: Schema): string {
  if (schema instanceof z.ZodPrefault && innerSchema(schema) instanceof z.ZodRecord) return "`{}`";
  if (schema instanceof z.ZodDefault) return `\`${JSON.stringify(schema.def.defaultValue)}\``;
  const optional = schema instanceof z.ZodPrefault || schema instanceof z.ZodExactOptional;
  return optional ? "" : "required";
}
