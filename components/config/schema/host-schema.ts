import { z } from "zod";

import * as value from "./value-schemas";

const rolesExpected = "a list of roles: etcd, control-plane, worker";

/** A jump host as the stack config gives it. */
export const bastionSchema = z.strictObject({
  address: value.addressOrName.describe("IP address or DNS name of the jump host."),
  port: value.port.default(22).describe("SSH port of the jump host."),
  user: z.string().min(1).default("root").describe("Login user of the jump host."),
  hostKey: value.publicKey
    .exactOptional()
    .describe("Its SSH host key as in known_hosts, without the name; default: the file decides."),
});

/** One entry of `hosts`: what the stack config says of a machine. */
export const hostSchema = z.strictObject({
  address: value.addressOrName.describe("IP address or DNS name that SSH reaches."),
  internalAddress: value.ipAddress
    .exactOptional()
    .describe("IP address that the other hosts reach; default: `address`."),
  port: value.port.exactOptional().describe("SSH port; default: `ssh.port`."),
  user: z.string().min(1).exactOptional().describe("Login user; default: `ssh.user`."),
  hostKey: value.publicKey
    .exactOptional()
    .describe("SSH host key as in known_hosts, without the name; default: `ssh.knownHostsFile`."),
  bastion: bastionSchema
    .exactOptional()
    .describe("Jump host in front of this host; default: `ssh.bastion`."),
  roles: z
    .array(z.enum(["etcd", "control-plane", "worker"]), { error: rolesExpected })
    .min(1, { error: rolesExpected })
    .describe("What the host does: any of `etcd`, `control-plane`, `worker`."),
  labels: value.labels.describe("Labels of the node."),
  taints: z
    .array(value.taint, { error: "a list of taints" })
    .default([])
    .describe(
      "Taints of the node as `key[=value]:effect`; a control plane that is no worker gets " +
        "`node-role.kubernetes.io/control-plane:NoSchedule` by itself.",
    ),
  node: value
    .boolean()
    .exactOptional()
    .describe(
      "Whether the host runs container runtime, kubelet and kube-proxy; default: true with the " +
        "role control-plane or worker, else false. An API server on a host that is no node reaches " +
        "no pods: webhooks and aggregated APIs need at least control planes that are nodes.",
    ),
  maintenance: value
    .boolean()
    .default(false)
    .describe(
      "Leave the host alone, because it is down or being worked on: it is not looked at, changed or " +
        "cleared, while all others are. It stays a part of the cluster; the first run after the " +
        "maintenance brings it up to date.",
    ),
});

/** A host with the schema's own defaults filled in. */
export type HostInput = z.output<typeof hostSchema>;
