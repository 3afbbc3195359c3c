import type { ClusterConfig } from "../config/model/cluster-config";
import type { HostConfig } from "../config/model/host-config";
import { hostsWithRole } from "../config/model/hosts-with-role";
import { publicDirectory } from "../host/directory";
import type { LayerContent } from "../host/host-layer";
import { unitNames } from "../host/init/own-units";
import { restartsForever, systemdUnit } from "../host/init/systemd-unit";
import { paths } from "../host/paths";
import type { HostPlatform } from "../host/platform";
import { hostPort } from "../network/addresses";

const settings = `${paths.kubernetes}/vip`;
const configFile = `${settings}/keepalived.conf`;
const checkScript = `${settings}/check-apiserver`;

/** keepalived holds the API's virtual address on one control plane whose API server is ready; nothing without a VIP. */
export function vipContent(
  config: ClusterConfig,
  host: HostConfig,
  platform: HostPlatform,
): LayerContent {
  if (config.api.vip === undefined) return {};
  const owner = "root:root";
  return {
    packages: ["keepalived"],
    directories: { [settings]: publicDirectory },
    files: {
      [configFile]: {
        content: keepalivedConf(config, config.api.vip, host, platform),
        mode: "0644",
        owner,
      },
      [checkScript]: { content: checkScriptText(config.api.port), mode: "0755", owner },
    },
    units: {
      [unitNames["kube-apiserver-vip"]]: {
        content: vipUnit,
        enabled: true,
        running: true,
        restartOn: [checkScript],
        reloadOn: [configFile],
      },
    },
    ready: [
      { kind: "unit", unit: unitNames["kube-apiserver-vip"], deadlineSeconds: 30 },
      {
        // a moment after the API server is ready, wherever the address is then; add-ons go to it
        kind: "https",
        url: `https://${hostPort(config.api.vip.address, config.api.port)}/readyz`,
        caFile: paths.clusterCa,
        deadlineSeconds: 120,
      },
    ],
  };
}

const vipUnit = systemdUnit({
  Unit: {
    Description: "Virtual address of the Kubernetes API",
    ...restartsForever,
    Wants: "network-online.target",
    After: "network-online.target",
  },
  Service: {
    ExecStart: `/usr/sbin/keepalived --dont-fork --log-console --no-syslog --vrrp --use-file ${configFile}`,
    ExecReload: "/bin/kill -HUP $MAINPID",
    Restart: "always",
    RestartSec: "2",
  },
  Install: { WantedBy: "multi-user.target" },
});

function checkScriptText(port: number): string {
  return `#!/bin/sh
exec curl -sf --max-time 2 --cacert ${paths.clusterCa} -o /dev/null https://127.0.0.1:${port}/readyz
`;
}

/** https://www.keepalived.org/manpage.html; unicast, as many networks filter VRRP's multicast. */
function keepalivedConf(
  config: ClusterConfig,
  vip: NonNullable<ClusterConfig["api"]["vip"]>,
  host: HostConfig,
  platform: HostPlatform,
): string {
  const controlPlanes = hostsWithRole(config.hosts, "control-plane");
  const peers = controlPlanes.filter((peer) => peer.name !== host.name);
  // an empty list makes keepalived complain, and use multicast all the same
  const unicast =
    peers.length === 0
      ? ""
      : `  unicast_src_ip ${host.internalAddress}
  unicast_peer {
${peers.map((peer) => `    ${peer.internalAddress}\n`).join("")}  }
`;
  const priority = 200 - controlPlanes.indexOf(host);
  return `global_defs {
  enable_script_security
  script_user root
}
vrrp_script apiserver {
  script ${checkScript}
  # twice within the time that an API server goes on serving on its way out
  interval 1
  fall 2
  rise 2
}
vrrp_instance kubernetes_api {
  state BACKUP
  interface ${vip.interface ?? platform.networkInterface}
  virtual_router_id ${vip.virtualRouterId}
  priority ${priority}
  advert_int 1
  nopreempt
${unicast}  virtual_ipaddress {
    ${vip.address}
  }
  track_script {
    apiserver
  }
}
`;
}
