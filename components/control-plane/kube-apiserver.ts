import type { ClusterConfig } from "../config/model/cluster-config";
import type { HostConfig } from "../config/model/host-config";
import { hostsWithRole } from "../config/model/hosts-with-role";
import { etcdClientUrls, localClientUrl } from "../etcd/etcd-peers";
import { catalogueBinaries, type BinarySources } from "../host/catalogue-binaries";
import { privateDirectory, publicDirectory } from "../host/directory";
import type { LayerContent } from "../host/host-layer";
import { unitNames } from "../host/init/own-units";
import {
  execStart,
  hardenedService,
  restartsForever,
  systemdUnit,
} from "../host/init/systemd-unit";
import { paths } from "../host/paths";
import { toYaml } from "../text/yaml";
import { admissionConfiguration } from "./admission-configuration";
import { auditPolicy } from "./audit-policy";
import { authenticationConfiguration } from "./authentication-configuration";

const { pki } = paths;
const settings = `${paths.kubernetes}/apiserver`;
const auditLogDirectory = "/var/log/kubernetes/audit";
export const encryptionConfigurationFile = `${settings}/encryption.yaml`;

/** Files of other resources that the API server reads, by path. */
const apiServerPemFiles = [
  "ca.crt",
  "apiserver.crt",
  "apiserver.key",
  "apiserver-kubelet-client.crt",
  "apiserver-kubelet-client.key",
  "apiserver-etcd-client.crt",
  "apiserver-etcd-client.key",
  "etcd-ca.crt",
  "front-proxy-ca.crt",
  "front-proxy-client.crt",
  "front-proxy-client.key",
  "sa.key",
  "sa.pub",
].map((file) => `${pki}/${file}`);

/** kube-apiserver on one host, without its certificates. */
export function apiServerContent(
  config: ClusterConfig,
  host: HostConfig,
  sources: BinarySources,
): LayerContent {
  const owner = "root:root";
  const files = {
    [`${settings}/audit-policy.yaml`]: toYaml(auditPolicy(config.controlPlane.audit.rules)),
    [`${settings}/admission.yaml`]: toYaml(admissionConfiguration),
    [`${settings}/authentication.yaml`]: toYaml(authenticationConfiguration),
  };
  return {
    users: { "kube-apiserver": { home: "/nonexistent", groups: [] } },
    directories: {
      [settings]: publicDirectory,
      "/var/log/kubernetes": publicDirectory,
      [auditLogDirectory]: privateDirectory("kube-apiserver"),
    },
    files: Object.fromEntries(
      Object.entries(files).map(([path, content]) => [path, { content, mode: "0644", owner }]),
    ),
    binaries: catalogueBinaries(sources, "kube-apiserver", ["kube-apiserver"]),
    units: {
      [unitNames["kube-apiserver"]]: {
        content: apiServerUnit(config, host),
        enabled: true,
        running: true,
        restartOn: [
          `${paths.binaries}/kube-apiserver`,
          encryptionConfigurationFile,
          ...Object.keys(files),
          ...apiServerPemFiles,
        ],
        reloadOn: [],
      },
    },
    ready: [
      {
        kind: "https",
        url: `https://127.0.0.1:${config.api.port}/readyz`,
        caFile: paths.clusterCa,
        deadlineSeconds: 120,
      },
    ],
    dataDirectories: [auditLogDirectory],
  };
}

function apiServerUnit(config: ClusterConfig, host: HostConfig): string {
  return systemdUnit({
    Unit: {
      Description: "Kubernetes API server",
      ...restartsForever,
      Documentation:
        "https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/",
      Wants: "network-online.target",
      After: `network-online.target ${unitNames.etcd}`,
    },
    Service: {
      Type: "notify",
      User: "kube-apiserver",
      ExecStart: execStart(`${paths.binaries}/kube-apiserver`, {
        ...apiServerArgs(config, host),
        ...config.controlPlane.apiServer.extraArgs,
      }),
      Restart: "always",
      RestartSec: "2",
      TimeoutStartSec: "180",
      LimitNOFILE: 65536,
      ...hardenedService,
      ReadWritePaths: auditLogDirectory,
      // the port may be below 1024
      ...(config.api.port < 1024
        ? {
            CapabilityBoundingSet: "CAP_NET_BIND_SERVICE",
            AmbientCapabilities: "CAP_NET_BIND_SERVICE",
          }
        : {}),
    },
    Install: { WantedBy: "multi-user.target" },
  });
}

/** https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/ */
function apiServerArgs(config: ClusterConfig, host: HostConfig): Readonly<Record<string, string>> {
  return {
    "advertise-address": host.internalAddress,
    "secure-port": String(config.api.port),
    "service-cluster-ip-range": config.network.serviceCidr,
    "authorization-mode": "Node,RBAC",
    "enable-admission-plugins": "NodeRestriction",
    "admission-control-config-file": `${settings}/admission.yaml`,
    "authentication-config": `${settings}/authentication.yaml`,
    "encryption-provider-config": encryptionConfigurationFile,
    "enable-bootstrap-token-auth": "true",
    profiling: "false",
    // when it shuts down, /readyz says so, and it keeps serving until every balancer has noticed
    "shutdown-delay-duration": "3s",
    // a rolling change waits this long for open watches; the default of 60 s helps nobody
    "shutdown-watch-termination-grace-period": "5s",
    ...tlsArgs,
    ...etcdArgs(config, host),
    ...serviceAccountArgs(config),
    ...(config.controlPlane.audit.enabled ? auditArgs(config) : {}),
  };
}

const tlsArgs = {
  "client-ca-file": paths.clusterCa,
  "tls-cert-file": `${pki}/apiserver.crt`,
  "tls-private-key-file": `${pki}/apiserver.key`,
  "tls-min-version": "VersionTLS12",
  "kubelet-client-certificate": `${pki}/apiserver-kubelet-client.crt`,
  "kubelet-client-key": `${pki}/apiserver-kubelet-client.key`,
  "kubelet-certificate-authority": paths.clusterCa,
  "kubelet-preferred-address-types": "InternalIP,ExternalIP,Hostname",
  "proxy-client-cert-file": `${pki}/front-proxy-client.crt`,
  "proxy-client-key-file": `${pki}/front-proxy-client.key`,
  "requestheader-client-ca-file": `${pki}/front-proxy-ca.crt`,
  "requestheader-allowed-names": "front-proxy-client",
  "requestheader-username-headers": "X-Remote-User",
  "requestheader-group-headers": "X-Remote-Group",
  "requestheader-extra-headers-prefix": "X-Remote-Extra-",
};

function etcdArgs(config: ClusterConfig, host: HostConfig): Readonly<Record<string, string>> {
  const members = hostsWithRole(config.hosts, "etcd");
  // the member on its own host stays where it is when all of them get other addresses
  const own = members.filter(({ name }) => name === host.name).map(() => localClientUrl);
  const others = etcdClientUrls(members.filter(({ name }) => name !== host.name));
  return {
    "etcd-servers": [...own, ...others].join(","),
    "etcd-cafile": `${pki}/etcd-ca.crt`,
    "etcd-certfile": `${pki}/apiserver-etcd-client.crt`,
    "etcd-keyfile": `${pki}/apiserver-etcd-client.key`,
  };
}

function serviceAccountArgs(config: ClusterConfig): Readonly<Record<string, string>> {
  return {
    "service-account-issuer": `https://kubernetes.default.svc.${config.domain}`,
    "service-account-key-file": `${pki}/sa.pub`,
    "service-account-signing-key-file": `${pki}/sa.key`,
  };
}

function auditArgs(config: ClusterConfig): Readonly<Record<string, string>> {
  const { audit } = config.controlPlane;
  return {
    "audit-policy-file": `${settings}/audit-policy.yaml`,
    "audit-log-path": `${auditLogDirectory}/audit.log`,
    "audit-log-maxage": String(audit.maxAgeDays),
    "audit-log-maxbackup": String(audit.maxBackups),
    "audit-log-maxsize": String(audit.maxSizeMiB),
  };
}
