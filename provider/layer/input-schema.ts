/** The schema of a layer's inputs. */
import { z } from "zod";
import { kinds } from "./item-kinds";
import { argv, count, deadlineSeconds, name, text, unitName } from "./patterns";

const bastion = z.strictObject({
  address: z.string(),
  port: count,
  user: z.string(),
  hostKey: z.string().optional(),
});
const host = bastion.extend({ name, bastion: bastion.optional() });
const command = z.strictObject({ command: argv, deadlineSeconds });
const help = z.strictObject({
  beforeChange: command.optional(),
  afterChange: command.optional(),
  beforeJoin: command.optional(),
  beforeRemoval: command.optional(),
  afterRemoval: command.optional(),
});
const layerName = text(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and dashes");
const items = Object.fromEntries(
  kinds.map(([name, kind]) => [
    name,
    kind.form === "list" ? z.array(kind.item) : z.record(kind.key, kind.item),
  ]),
);

/** See `HostLayerInputs`, after `normalInputs`. */
export const layerSchema = z.strictObject({
  host,
  cluster: text(/^[^"\\\n]+$/, "a name"),
  clusterId: text(/^[0-9a-f]{16,}$/, "16 or more lower-case hex digits").optional(),
  layer: layerName,
  ...items,
  unitOrder: z.array(unitName),
  rollout: z
    .strictObject({
      group: z.string(),
      maxUnavailable: z.number().int().min(1),
      held: z.string().optional(),
      gate: command.optional(),
      prepare: command.extend({ inTurn: z.boolean() }).optional(),
      help: z.record(layerName, help).optional(),
    })
    .optional(),
});
