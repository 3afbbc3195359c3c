import type { HostConfig } from "./model/host-config";
import type { ClusterInput } from "./schema/cluster-schema";
import type { HostInput } from "./schema/host-schema";

type Taint = HostConfig["taints"][number];

const controlPlaneTaint: Taint = {
  key: "node-role.kubernetes.io/control-plane",
  effect: "NoSchedule",
};

/**
 * The hosts of a stack config with what they inherit and what follows from their roles. They are
 * in the order of their names, numbers by value (`w2` before `w10`): Pulumi hands over maps sorted
 * by bytes, so the order of the file is lost before a program sees it.
 */
export function derivedHosts(input: ClusterInput): readonly HostConfig[] {
  const order = new Intl.Collator("en", { numeric: true });
  return Object.entries(input.hosts)
    .sort(([one], [other]) => order.compare(one, other))
    .map(([name, host]) => hostConfig(name, host, input.ssh));
}

function hostConfig(name: string, host: HostInput, ssh: ClusterInput["ssh"]): HostConfig {
  const bastion = host.bastion ?? ssh.bastion;
  const roles = [...new Set(host.roles)];
  const node = host.node ?? (roles.includes("worker") || roles.includes("control-plane"));
  const tainted = node && roles.includes("control-plane") && !roles.includes("worker");
  return {
    name,
    address: host.address,
    internalAddress: host.internalAddress ?? host.address,
    port: host.port ?? ssh.port,
    user: host.user ?? ssh.user,
    ...(host.hostKey === undefined ? {} : { hostKey: host.hostKey }),
    ...(bastion === undefined ? {} : { bastion }),
    roles,
    labels: host.labels,
    taints: [...(tainted ? [controlPlaneTaint] : []), ...host.taints.map(taint)],
    node,
    maintenance: host.maintenance,
  };
}

function taint(text: string): Taint {
  const colon = text.lastIndexOf(":");
  const [key = "", value] = text.slice(0, colon).split("=");
  const effect = text.slice(colon + 1);
  if (effect !== "NoSchedule" && effect !== "PreferNoSchedule" && effect !== "NoExecute") {
    throw new Error(`taint "${text}": the schema lets no effect "${effect}" pass`);
  }
  return value === undefined ? { key, effect } : { key, value, effect };
}
