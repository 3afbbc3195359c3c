import type { HostConnection } from "../../provider/api";
import type { HostConfig } from "../config/model/host-config";

/** The part of a host's config that says how to reach it. */
export function hostConnection(host: HostConfig): HostConnection {
  return {
    name: host.name,
    address: host.address,
    port: host.port,
    user: host.user,
    ...(host.hostKey === undefined ? {} : { hostKey: host.hostKey }),
    ...(host.bastion === undefined ? {} : { bastion: host.bastion }),
  };
}
