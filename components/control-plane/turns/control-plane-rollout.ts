import type { Rollout } from "../../../provider/api";
import type { ClusterConfig } from "../../config/model/cluster-config";
import type { HostConfig } from "../../config/model/host-config";
import { hostsWithRole } from "../../config/model/hosts-with-role";
import { paths } from "../../host/paths";
import { hostPort } from "../../network/addresses";
import { nodeHelp } from "./node-help";
import spareControlPlane from "./scripts/spare-control-plane.sh";

/** Seconds that others have to get ready: an API server that was just started needs some. */
const patienceSeconds = 60;

/**
 * How control planes take turns when a change interrupts them: one at a time, and only while the API
 * servers of all others are ready. Those in maintenance don't count. A host that comes is waited for.
 */
export function controlPlaneRollout(config: ClusterConfig, host: HostConfig): Rollout {
  const url = ({ internalAddress }: HostConfig) =>
    `https://${hostPort(internalAddress, config.api.port)}`;
  const others = hostsWithRole(config.hosts, "control-plane").filter(
    ({ name, maintenance }) => name !== host.name && !maintenance,
  );
  const named = others.map((other) => `${other.name}=${url(other)}`);
  const settings = [
    `${paths.pki}/ca.crt`,
    String(patienceSeconds),
    `https://127.0.0.1:${config.api.port}`,
  ];
  return {
    group: "control-plane",
    maxUnavailable: 1,
    gate: {
      command: ["sh", "-c", spareControlPlane, "spare-control-plane", ...settings, ...named],
      // it asks its own first, three times at most; a round that nobody answers may begin just before the end
      deadlineSeconds: patienceSeconds + 20 + 3 * others.length,
    },
    help: { node: nodeHelp(config) },
  };
}
