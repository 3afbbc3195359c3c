/** The shape of a layer's inputs. */
import { z } from "zod";

/** Text that matches a pattern. */
function text(pattern: RegExp, expected: string): z.ZodType<string> {
  return z.string().refine((value) => pattern.test(value), {
    error: (issue) => `is ${JSON.stringify(issue.input)}, expected ${expected}`,
  });
}

const anyText = z.string();
const yesNo = z.boolean();
const count = z.number().int().min(0);
const path = text(
  /^\/(?!\/)(?!.*(\/\/|\/\.\.?(\/|$)|\n|\t)).*[^/]$/,
  "an absolute path without . and .. and final slash",
);
const mode = text(/^[0-7]{4}$/, 'octal text such as "0644"');
const owner = text(/^[^:\s]+:[^:\s]+$/, "user:group");
const name = text(/^[A-Za-z0-9_][\w.@:+-]*$/, "a name");
const layer = text(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and dashes");
const sha256 = text(/^[0-9a-f]{64}$/, "64 lower-case hex digits");
const url = text(/^https?:\/\/\S+$/, "an http or https URL");
const unit = text(
  /^[\w:.@\\-]+\.(service|socket|timer|mount|path|target|slice)$/,
  "a full unit name such as etcd.service",
);
/** Never the root of what other programs share. */
const data = text(
  /^(?!\/(etc|usr|bin|sbin|lib|lib64|boot|dev|proc|sys|root|home|opt|srv|run|tmp|var)(\/(lib|log|cache|run|tmp|spool|local|bin|sbin|share|systemd))?$)\/[^/]+\/[^\n]*[^/]$/,
  "an absolute path of a program's own directory, at least two levels deep",
);

const bastion = z.strictObject({
  address: anyText,
  port: count,
  user: anyText,
  hostKey: anyText.optional(),
});
const host = bastion.extend({ name, bastion: bastion.optional() });
const argv = z.array(anyText).min(1);
const command = z.strictObject({ host, command: argv, deadlineSeconds: count });
const deadlineSeconds = count;

const ready = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("unit"), unit, deadlineSeconds }),
  z.strictObject({ kind: z.literal("tcp"), address: anyText, port: count, deadlineSeconds }),
  z.strictObject({
    kind: z.literal("https"),
    url,
    caFile: path,
    certFile: path.optional(),
    keyFile: path.optional(),
    deadlineSeconds,
  }),
  z.strictObject({ kind: z.literal("command"), command: argv, deadlineSeconds }),
]);

/** See `HostLayerInputs` in api.ts, after `normalInputs`. */
export const layerShape = z.strictObject({
  host,
  cluster: text(/^[^"\\\n]+$/, "a name"),
  layer,
  packages: z.array(name),
  users: z.record(name, z.strictObject({ home: path, groups: z.array(name) })),
  directories: z.record(path, z.strictObject({ mode, owner })),
  files: z.record(path, z.strictObject({ content: anyText, mode, owner })),
  links: z.record(path, z.strictObject({ target: anyText })),
  binaries: z.record(path, z.strictObject({ url, sha256, member: anyText.optional(), mode })),
  modules: z.array(name),
  sysctls: z.record(text(/^[\w./*-]+$/, "a kernel parameter"), anyText),
  units: z.record(
    unit,
    z.strictObject({
      content: anyText,
      enabled: yesNo,
      running: yesNo,
      restartOn: z.array(path),
      reloadOn: z.array(path),
    }),
  ),
  unitOrder: z.array(unit),
  ready: z.array(ready),
  rollout: z
    .strictObject({
      group: anyText,
      maxUnavailable: z.number().int().min(1),
      held: anyText.optional(),
      before: command.optional(),
      after: command.optional(),
    })
    .optional(),
  dataDirectories: z.array(data),
  interfaces: z.array(text(/^[^\s/]{1,15}$/, "a network interface")),
  nftables: z.array(
    text(/^(ip|ip6|inet|arp|bridge|netdev) \S+$/, 'family and table such as "ip kube-proxy"'),
  ),
  iptablesChains: z.array(text(/^[A-Z][A-Z0-9]*-$/, 'the begin of chain names such as "KUBE-"')),
});
