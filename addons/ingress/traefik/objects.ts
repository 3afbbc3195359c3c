import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ClusterConfig } from "../../../components/config/model/cluster-config";
import { Addon } from "../../kit/addon";
import { ourLabels } from "../../kit/labelled-objects";
import { ownNamespace } from "../../kit/addon-namespace";
import { traefikAccess } from "./access";
import { traefikPod } from "./pod";
import { ingressClass, namespace, podPorts, readinessHost } from "./arguments";

export interface TraefikArgs {
  readonly config: ClusterConfig;
  readonly image: string;
}

const name = "traefik";
const labels = { "app.kubernetes.io/name": name };
const internal = "traefik-internal";

/** Ingresses, and Gateways where wanted, are served to the outside: https://doc.traefik.io/traefik/ */
export class Traefik extends Addon {
  constructor(
    resourceName: string,
    { config, image }: TraefikArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("Traefik", resourceName, opts);
    const { child } = this;
    const { traefik } = config.addons;
    const onHosts = traefik.exposure === "hostPorts";
    // ports of the host are what no lower level allows
    const level = onHosts ? "privileged" : "restricted";
    const inNamespace = ownNamespace(resourceName, namespace, level, child);
    const found = [
      ...classes(resourceName, config, child),
      ...findingItself(resourceName, inNamespace),
      ...traefikAccess(resourceName, config.addons, inNamespace, child),
    ];
    const pods = { ...child, dependsOn: found };
    const metadata = { name, namespace, labels };
    const selector = { matchLabels: labels };
    const template = { metadata: { labels }, spec: traefikPod(config, image, labels) };
    if (onHosts) {
      // a second pod would have no port to listen on: the host's is closed until the new one has it,
      // and leads nowhere for a moment more, because Traefik listens before it knows an Ingress
      const updateStrategy = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } };
      new kubernetes.apps.v1.DaemonSet(
        `${resourceName}-daemon-set`,
        { metadata, spec: { selector, template, updateStrategy } },
        pods,
      );
    } else {
      balanced(resourceName, config, { metadata, template }, pods);
    }
    this.registerOutputs();
  }
}

/** Pods behind a service, of which one more comes before one goes. */
function balanced(
  resourceName: string,
  { addons }: ClusterConfig,
  {
    metadata,
    template,
  }: Pick<kubernetes.types.input.apps.v1.DeploymentSpec, "template"> & { metadata: object },
  pods: pulumi.CustomResourceOptions,
): void {
  const { exposure, nodePorts, replicas } = addons.traefik;
  const selector = { matchLabels: labels };
  const rollingUpdate = { maxUnavailable: 0, maxSurge: 1 };
  const strategy = { type: "RollingUpdate", rollingUpdate };
  const deployment = new kubernetes.apps.v1.Deployment(
    `${resourceName}-deployment`,
    { metadata, spec: { replicas, strategy, selector, template } },
    pods,
  );
  const after = { ...pods, dependsOn: [deployment] };
  new kubernetes.policy.v1.PodDisruptionBudget(
    `${resourceName}-disruption-budget`,
    { metadata, spec: { maxUnavailable: 1, selector } },
    after,
  );
  const onNodes = exposure === "nodePorts";
  const port = (portName: "http" | "https") => ({
    name: portName,
    port: podPorts[portName],
    targetPort: portName,
    ...(onNodes ? { nodePort: nodePorts[portName] } : {}),
  });
  const ports = [port("http"), port("https")];
  const type = onNodes ? "NodePort" : "LoadBalancer";
  new kubernetes.core.v1.Service(
    `${resourceName}-service`,
    { metadata, spec: { type, selector: labels, ports } },
    after,
  );
}

/** What Ingresses and Gateways name to be served by Traefik. */
function classes(
  resourceName: string,
  { addons }: ClusterConfig,
  child: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  const { defaultClass, gateway } = addons.traefik;
  const annotations = { "ingressclass.kubernetes.io/is-default-class": String(defaultClass) };
  const forIngresses = new kubernetes.networking.v1.IngressClass(
    `${resourceName}-ingress-class`,
    {
      metadata: { name: ingressClass, annotations },
      spec: { controller: "traefik.io/ingress-controller" },
    },
    child,
  );
  if (!gateway) return [forIngresses];
  const forGateways = new kubernetes.apiextensions.CustomResource(
    `${resourceName}-gateway-class`,
    {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "GatewayClass",
      metadata: { name: ingressClass, labels: ourLabels },
      spec: { controllerName: "traefik.io/gateway-controller" },
    },
    child,
  );
  return [forIngresses, forGateways];
}

/**
 * Traefik listens before it knows any Ingress, and its health check passes then. A pod counts as
 * started when it leads to a health check by an Ingress, so that it gets no request sooner.
 */
function findingItself(
  resourceName: string,
  inNamespace: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  const metadata = {
    name: internal,
    namespace,
    labels,
    annotations: {
      // the pods that it leads to come after it
      "pulumi.com/skipAwait": "true",
      // by the service's own address: of single pods, Traefik takes only those that are ready
      "traefik.ingress.kubernetes.io/service.nativelb": "true",
    },
  };
  const service = new kubernetes.core.v1.Service(
    `${resourceName}-internal-service`,
    {
      metadata,
      spec: {
        selector: labels,
        // the first pod must find itself before it is ready
        publishNotReadyAddresses: true,
        ports: [{ name: "internal", port: podPorts.internal, targetPort: "internal" }],
      },
    },
    inNamespace,
  );
  const backend = { service: { name: internal, port: { name: "internal" } } };
  const ingress = new kubernetes.networking.v1.Ingress(
    `${resourceName}-internal-ingress`,
    {
      metadata,
      spec: {
        ingressClassName: ingressClass,
        rules: [
          { host: readinessHost, http: { paths: [{ path: "/ping", pathType: "Exact", backend }] } },
        ],
      },
    },
    inNamespace,
  );
  return [service, ingress];
}
