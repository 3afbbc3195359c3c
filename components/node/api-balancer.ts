import type { ClusterConfig } from "../config/model/cluster-config";
import { hostsWithRole } from "../config/model/hosts-with-role";
import { publicDirectory } from "../host/directory";
import type { LayerContent } from "../host/host-layer";
import { unitNames } from "../host/init/own-units";
import { restartsForever, systemdUnit } from "../host/init/systemd-unit";
import { paths } from "../host/paths";
import { ports } from "../network/ports";

const settings = `${paths.kubernetes}/balancer`;
const configFile = `${settings}/haproxy.cfg`;

/**
 * Port of a node's loopback address on which its components reach the API: that of the balancer,
 * which finds an API server that is ready, or that of the API server itself where the one node is the
 * one control plane.
 */
export function nodeApiPort(config: ClusterConfig): number {
  return hasBalancer(config) ? ports.apiBalancer.port : config.api.port;
}

/** HAProxy on the loopback address of every node: its way to the API servers that are ready. */
export function apiBalancerContent(config: ClusterConfig): LayerContent {
  if (!hasBalancer(config)) return {};
  const owner = "root:root";
  return {
    packages: ["haproxy"],
    directories: { [settings]: publicDirectory },
    files: { [configFile]: { content: haproxyCfg(config), mode: "0644", owner } },
    units: {
      [unitNames["kube-apiserver-balancer"]]: {
        content: balancerUnit,
        enabled: true,
        running: true,
        restartOn: [],
        reloadOn: [configFile, paths.nodeClusterCa],
      },
    },
    ready: [
      {
        kind: "unit",
        unit: unitNames["kube-apiserver-balancer"],
        deadlineSeconds: 30,
      },
    ],
  };
}

function hasBalancer({ hosts }: ClusterConfig): boolean {
  const others = hosts.filter(({ node, roles }) => node || roles.includes("control-plane"));
  return others.length > 1;
}

/** https://docs.haproxy.org/2.6/configuration.html */
function haproxyCfg(config: ClusterConfig): string {
  const { port } = config.api;
  const servers = hostsWithRole(config.hosts, "control-plane").map(
    (host) => `  server ${host.name} ${host.internalAddress}:${port}\n`,
  );
  return `global
  log stdout format raw local0 notice
  maxconn 4096

defaults
  mode tcp
  log global
  timeout connect 2s
  # watches are quiet for long; the API server ends them itself
  timeout client 1h
  timeout server 1h

frontend kubernetes-api
  bind 127.0.0.1:${ports.apiBalancer.port}
  default_backend api-servers

backend api-servers
  balance leastconn
  option redispatch
  # an API server that says it is not ready, as on its way out, keeps its connections and gets no new
  # ones; one that does not answer loses them. Without etcd all are alike, so that does not count
  option httpchk GET /readyz?exclude=etcd&exclude=etcd-readiness
  http-check expect status 200 error-status L7OKC
  default-server check check-ssl verify required ca-file ${paths.nodeClusterCa} inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
${servers.join("")}`;
}

const balancerUnit = systemdUnit({
  Unit: {
    Description: "Balancer in front of the Kubernetes API servers",
    ...restartsForever,
    Wants: "network-online.target",
    After: "network-online.target",
  },
  Service: {
    Type: "notify",
    ExecStart: `/usr/sbin/haproxy -Ws -f ${configFile}`,
    ExecReload: "/bin/kill -USR2 $MAINPID",
    KillMode: "mixed",
    Restart: "always",
    RestartSec: "2",
    MemoryAccounting: "yes",
  },
  Install: { WantedBy: "multi-user.target" },
});
