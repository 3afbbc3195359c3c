import type { ClusterConfig } from "../../../components/config/model/cluster-config";
import type { HostConfig } from "../../../components/config/model/host-config";

/** Name of Traefik's IngressClass and GatewayClass. */
export const ingressClass = "traefik";

/** Of all of Traefik's namespaced objects. */
export const namespace = "traefik";

/** Host name, unknown to any DNS, under which a pod reaches itself once it serves Ingresses. */
export const readinessHost = "ready.traefik.internal";

/** Ports inside its pods: those of Ingresses are what a Gateway's listeners must name. */
export const podPorts = { http: 80, https: 443, internal: 8080 } as const;

/**
 * Traefik's static configuration as flags.
 * https://doc.traefik.io/traefik/v3.6/reference/install-configuration/configuration-options/
 */
export function traefikArguments(config: ClusterConfig): readonly string[] {
  const { traefik } = config.addons;
  const entryPoints = [
    ["web", podPorts.http],
    ["websecure", podPorts.https],
  ] as const;
  return [
    "--global.checknewversion=false",
    "--global.sendanonymoususage=false",
    `--log.level=${traefik.logLevel}`,
    "--log.format=json",
    ...(traefik.accessLog ? ["--accesslog=true", "--accesslog.format=json"] : []),
    ...entryPoints.flatMap(([name, port]) => [
      `--entrypoints.${name}.address=:${port}/tcp`,
      // with host ports, nobody stops sending requests: better to refuse them before they are read
      `--entrypoints.${name}.transport.lifecycle.requestacceptgracetimeout=${acceptSeconds(config)}s`,
      `--entrypoints.${name}.transport.lifecycle.gracetimeout=${drainSeconds}s`,
    ]),
    "--entrypoints.websecure.http.tls=true",
    `--entrypoints.traefik.address=:${podPorts.internal}/tcp`,
    "--ping=true",
    "--metrics.prometheus=true",
    "--providers.kubernetesingress=true",
    `--providers.kubernetesingress.ingressclass=${ingressClass}`,
    // 503 for a service without ready pods, 404 only for what nobody serves
    "--providers.kubernetesingress.allowemptyservices=true",
    ...statusAddress(config),
    ...(traefik.gateway ? gatewayArguments(config) : []),
  ];
}

/** Seconds after SIGTERM in which new requests are still accepted. */
function acceptSeconds({ addons }: ClusterConfig): number {
  return addons.traefik.exposure === "hostPorts" ? 0 : 10;
}

/** Seconds for requests in flight to complete. */
const drainSeconds = 20;

/** Seconds after which a terminating pod is killed. */
export function terminationSeconds(config: ClusterConfig): number {
  return acceptSeconds(config) + drainSeconds + 10;
}

/** What Ingresses report as their address. */
function statusAddress(config: ClusterConfig): readonly string[] {
  const at = "--providers.kubernetesingress.ingressendpoint";
  if (config.addons.traefik.exposure === "loadBalancer") {
    return [`${at}.publishedservice=${namespace}/traefik`];
  }
  return ingressAddress(config).map((address) => `${at}.ip=${address}`);
}

function gatewayArguments(config: ClusterConfig): readonly string[] {
  const at = "--providers.kubernetesgateway.statusaddress";
  const address =
    config.addons.traefik.exposure === "loadBalancer"
      ? [`${at}.service.name=traefik`, `${at}.service.namespace=${namespace}`]
      : ingressAddress(config).map((each) => `${at}.ip=${each}`);
  return ["--providers.kubernetesgateway=true", ...address];
}

/** Traefik has room for one address. */
function ingressAddress(config: ClusterConfig): readonly string[] {
  return ingressHosts(config)
    .slice(0, 1)
    .map((host) => host.internalAddress);
}

/** The hosts that may run Traefik, as far as the stack config knows: chosen ones, else untainted nodes. */
export function ingressHosts({ hosts, addons }: ClusterConfig): readonly HostConfig[] {
  const { hosts: chosen, nodeSelector } = addons.traefik;
  const nodes = hosts.filter((host) => host.node);
  const picked =
    chosen.length > 0
      ? nodes.filter(({ name }) => chosen.includes(name))
      : nodes.filter(({ taints }) => taints.every(({ effect }) => effect === "PreferNoSchedule"));
  const labelled = picked.filter(({ labels }) =>
    Object.entries(nodeSelector).every(([key, value]) => labels[key] === value),
  );
  return labelled.length > 0 ? labelled : picked;
}
