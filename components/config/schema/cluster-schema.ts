import { z } from "zod";

import { type AddonSchema, addonsSchema } from "./addons-schema";
import { auditSchema } from "./audit-schema";
import { chartsSchema } from "./charts-schema";
import { bastionSchema, hostSchema } from "./host-schema";
import { kubeletSchema } from "./kubelet-schema";
import * as value from "./value-schemas";

const extraArgsOf = (component: string) =>
  z
    .strictObject({
      extraArgs: value.extraArgs.describe(
        `Flags of ${component} by name without dashes; they win over Plinth's own.`,
      ),
    })
    .prefault({})
    .describe(`Settings of ${component}.`);

const network = z.strictObject({
  podCidr: value.cidr.default("10.244.0.0/16").describe("Addresses of pods."),
  nodeCidrMaskSize: value
    .wholeNumber(8, 126)
    .default(24)
    .describe("Prefix length of the part of `podCidr` that each node gets."),
  serviceCidr: value.cidr
    .default("10.96.0.0/16")
    .describe("Addresses of services; the first is the API's, the tenth is DNS."),
  mtu: value
    .wholeNumber(1280, 9216)
    .exactOptional()
    .describe("MTU of the pods' interfaces; default: the host interface's, less the back end's."),
});

const vip = z.strictObject({
  address: value.ipAddress.describe("The address; no host has it as its own."),
  interface: z
    .string()
    .regex(/^[^\s/]{1,15}$/, { error: "the name of a network interface" })
    .exactOptional()
    .describe("Interface that carries it; default: that of the default route."),
  virtualRouterId: value
    .wholeNumber(1, 255)
    .default(51)
    .describe("VRRP router id, unique among the VRRP groups of the network."),
});

const api = z.strictObject({
  port: value.port.default(6443).describe("Port of every API server."),
  vip: vip
    .exactOptional()
    .describe("Virtual address that moves between the control planes (keepalived)."),
  external: value.endpoint
    .exactOptional()
    .describe("`host:port` of a balancer of your own in front of the API servers."),
  extraSans: z
    .array(value.addressOrName, { error: "a list of names and addresses" })
    .default([])
    .describe("Additional names and addresses in the API server's certificate."),
});

const etcd = z.strictObject({
  quotaBackendBytes: value
    .wholeNumber(64 * 2 ** 20, 16 * 2 ** 30)
    .default(2 * 2 ** 30)
    .describe("Maximum size of the database in bytes."),
  snapshotCount: value
    .wholeNumber(100, 10_000_000)
    .default(10_000)
    .describe("Committed transactions between two snapshots to disk."),
  heartbeatIntervalMs: value
    .wholeNumber(10, 10_000)
    .default(100)
    .describe("Milliseconds between two heartbeats of the leader."),
  electionTimeoutMs: value
    .wholeNumber(50, 50_000)
    .default(1000)
    .describe("Milliseconds without a heartbeat until an election, at least five heartbeats."),
  extraArgs: value.extraArgs.describe("Flags of etcd; they win over Plinth's own."),
});

const controlPlane = z.strictObject({
  apiServer: extraArgsOf("kube-apiserver"),
  controllerManager: extraArgsOf("kube-controller-manager"),
  scheduler: extraArgsOf("kube-scheduler"),
  audit: auditSchema.prefault({}).describe("The API server's audit log."),
  externalCloudProvider: value
    .boolean()
    .default(false)
    .describe("A cloud controller manager that you install sets up nodes and balancers."),
});

const kubeProxy = z.strictObject({
  mode: z
    .enum(["nftables", "iptables"])
    .default("nftables")
    .describe("How services are routed; nftables needs kernel 5.13."),
  extraArgs: value.extraArgs.describe("Flags of kube-proxy; they win over Plinth's own."),
});

const registryName = z.string().regex(/^(\*|[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:\d{1,5})?)$/, {
  error: "the name of a registry such as docker.io or registry.example.org:5000, or *",
});

const runtime = z.strictObject({
  registryMirrors: z
    .record(
      registryName,
      z.array(value.httpUrl, { error: "a list of http:// or https:// addresses" }),
      { error: "lists of mirrors by name of the registry" },
    )
    .prefault({})
    .describe("Mirrors by registry (`*`: every one), tried in order before the registry itself."),
  registryCas: z
    .record(registryName, value.pemCertificates, { error: "PEM text by name of the registry" })
    .prefault({})
    .describe("CA certificates (PEM) of private registries, by `host[:port]`."),
  restrictOomScoreAdj: value
    .boolean()
    .default(false)
    .describe("Leave out negative oom_score_adj values, where not even root may set them."),
});

const pki = z.strictObject({
  caValidityHours: value
    .wholeNumber(24, 876_000)
    .default(87_600)
    .describe("Validity of the CA certificates in hours."),
  leafValidityHours: value
    .wholeNumber(1, 87_600)
    .default(8760)
    .describe("Validity of every other certificate in hours."),
  renewalWindowHours: value
    .wholeNumber(1, 87_600)
    .default(720)
    .describe("A run renews a certificate that expires within this many hours."),
});

const ssh = z.strictObject({
  user: z.string().min(1).default("root").describe("Login user; any but root needs sudo."),
  port: value.port.default(22).describe("SSH port of hosts that name none."),
  privateKeyFile: value.path
    .exactOptional()
    .describe("Private key file on the operator's machine; default: the agent."),
  agentSocket: value.path
    .exactOptional()
    .describe("Socket of an SSH agent; default: `SSH_AUTH_SOCK` when there is no privateKeyFile."),
  knownHostsFile: value.path
    .default("~/.ssh/known_hosts")
    .describe("File with the hosts' public keys on the operator's machine."),
  connectTimeoutSeconds: value
    .wholeNumber(1, 600)
    .default(10)
    .describe("Seconds until an unanswered connection attempt is an error."),
  bastion: bastionSchema
    .exactOptional()
    .describe("Jump host in front of every host that names none."),
});

const drain = z.strictObject({
  timeoutSeconds: value
    .wholeNumber(1, 86_400)
    .default(300)
    .describe("Seconds that the pods of a node that leaves have to end, as their budgets allow."),
  force: value
    .boolean()
    .default(false)
    .describe(
      "End pods that are left then, whatever their budgets say, and pods that no controller starts " +
        "again elsewhere.",
    ),
});

const artifacts = z.strictObject({
  mirror: value.httpUrl
    .exactOptional()
    .describe("Server with the binaries at `<mirror>/<official host>/<official path>`."),
  catalogueFile: value.path
    .exactOptional()
    .describe("JSON file whose entries replace those of the built-in catalogue."),
});

/** The stack config key `plinth:cluster`: every key, its default and its meaning. */
export function clusterSchema(addons: readonly AddonSchema[]) {
  return z.strictObject({
    name: value.dnsLabel.describe("Name of the cluster; its hosts refuse another one."),
    domain: value.dnsDomain.default("cluster.local").describe("DNS domain of services."),
    kubernetesVersion: value.release.describe("Kubernetes release, as `1.36.4`."),
    allowCgroupV1: value
      .boolean()
      .default(false)
      .describe("Accept hosts with cgroup v1, which Kubernetes no longer supports."),
    hosts: z
      .record(value.dnsLabel, hostSchema, { error: "hosts by name" })
      .describe("The machines by name, which becomes the node's name."),
    lost: z
      .array(value.dnsLabel, { error: "a list of names of hosts" })
      .default([])
      .describe(
        "Names of hosts that are gone for good and no longer under `hosts`: what is left of them in " +
          "the cluster is removed without them. Refused while such a host still answers.",
      ),
    network: network.prefault({}).describe("Addresses of pods and services."),
    api: api.prefault({}).describe("How the API servers are reached."),
    etcd: etcd.prefault({}).describe("The database."),
    controlPlane: controlPlane.prefault({}).describe("API server, controller manager, scheduler."),
    drain: drain.prefault({}).describe("What happens to the pods of a node that leaves."),
    kubelet: kubeletSchema.prefault({}).describe("Settings of every node's kubelet."),
    kubeProxy: kubeProxy.prefault({}).describe("Settings of every node's kube-proxy."),
    runtime: runtime.prefault({}).describe("The container runtime of every node."),
    sysctls: value.sysctls.describe("Kernel parameters of every node, beside those that it needs."),
    pki: pki.prefault({}).describe("Validity of certificates."),
    ssh: ssh.prefault({}).describe("How hosts are reached; secrets are keys of their own."),
    artifacts: artifacts.prefault({}).describe("Where binaries come from."),
    addons: addonsSchema(addons).prefault({}).describe("What runs in the cluster."),
    charts: chartsSchema.describe("Helm charts by name of the release, after the add-ons."),
  });
}

/** The stack config with the schema's own defaults filled in. */
export type ClusterInput = z.output<ReturnType<typeof clusterSchema>>;
