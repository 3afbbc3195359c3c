import type { types } from "@pulumi/kubernetes";
import type { ClusterConfig } from "../../../components/config/model/cluster-config";
import { addonNamespace } from "../../kit/addon-namespace";
import { type AddonObject, namesOf } from "../../kit/addon-object";
import { daemonSet, deployment, ingress, podDisruptionBudget, service } from "../../kit/kinds";
import { traefikAccess } from "./access";
import { ingressClass, namespace, podPorts, readinessHost } from "./arguments";
import { traefikClasses } from "./classes";
import { traefikPod } from "./pod";

type PodTemplate = types.input.core.v1.PodTemplateSpec;

const name = "traefik";
const labels = { "app.kubernetes.io/name": name };
const metadata = { name, namespace, labels };
const selector = { matchLabels: labels };
const internal = "traefik-internal";

/** Traefik where the stack config wants it to listen: https://doc.traefik.io/traefik/ */
export function traefikObjects(config: ClusterConfig, image: string): readonly AddonObject[] {
  const { traefik } = config.addons;
  const onHosts = traefik.exposure === "hostPorts";
  const needed = [
    ...traefikClasses(traefik),
    ...hairpin(),
    ...traefikAccess(config.addons, ["namespace"]),
  ];
  const template = { metadata: { labels }, spec: traefikPod(config, image, labels) };
  return [
    // ports of the host are what no lower level allows
    addonNamespace(namespace, onHosts ? "privileged" : "restricted"),
    ...needed,
    ...(onHosts
      ? [hostPortPods(template, namesOf(needed))]
      : balancedPods(config, template, namesOf(needed))),
  ];
}

function hostPortPods(template: PodTemplate, after: readonly string[]): AddonObject {
  // a second pod would have no port to listen on: the host's is closed until the new one has it,
  // and leads nowhere for a moment more, because Traefik listens before it knows an Ingress
  const updateStrategy = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } };
  const object = daemonSet(metadata, { spec: { selector, template, updateStrategy } });
  return { name: "daemon-set", object, after };
}

/** Pods behind a service, of which one more comes before one goes. */
function balancedPods(
  { addons }: ClusterConfig,
  template: PodTemplate,
  after: readonly string[],
): readonly AddonObject[] {
  const { exposure, nodePorts, replicas } = addons.traefik;
  const strategy = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
  const onNodes = exposure === "nodePorts";
  const port = (protocol: "http" | "https") => ({
    name: protocol,
    port: podPorts[protocol],
    targetPort: protocol,
    ...(onNodes ? { nodePort: nodePorts[protocol] } : {}),
  });
  const ports = [port("http"), port("https")];
  const type = onNodes ? "NodePort" : "LoadBalancer";
  return [
    {
      name: "deployment",
      object: deployment(metadata, { spec: { replicas, strategy, selector, template } }),
      after,
    },
    {
      name: "disruption-budget",
      object: podDisruptionBudget(metadata, { spec: { maxUnavailable: 1, selector } }),
      after: ["deployment"],
    },
    {
      name: "service",
      object: service(metadata, { spec: { type, selector: labels, ports } }),
      after: ["deployment"],
    },
  ];
}

/**
 * The way by which a pod reaches itself. Traefik listens before it knows any Ingress, and its health
 * check passes then. A pod counts as started when it leads to a health check by an Ingress, so that
 * it gets no request sooner.
 */
function hairpin(): readonly AddonObject[] {
  const after = ["namespace"];
  return [
    { name: "internal-service", object: hairpinService(), after },
    { name: "internal-ingress", object: hairpinIngress(), after },
  ];
}

const hairpinMetadata = {
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

function hairpinService() {
  return service(hairpinMetadata, {
    spec: {
      selector: labels,
      // the first pod must reach itself before it is ready
      publishNotReadyAddresses: true,
      ports: [{ name: "internal", port: podPorts.internal, targetPort: "internal" }],
    },
  });
}

function hairpinIngress() {
  const backend = { service: { name: internal, port: { name: "internal" } } };
  return ingress(hairpinMetadata, {
    spec: {
      ingressClassName: ingressClass,
      rules: [
        { host: readinessHost, http: { paths: [{ path: "/ping", pathType: "Exact", backend }] } },
      ],
    },
  });
}
