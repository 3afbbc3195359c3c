import type * as kubernetes from "@pulumi/kubernetes";
import type { AddonObject } from "../../kit/addon-object";
import { addonNamespace } from "../../kit/addon-namespace";
import { deployment, ingress, podDisruptionBudget, service } from "../../kit/kinds";
import { ourLabels } from "../../kit/labelled-objects";
import { nonroot, restrictedContainer, restrictedPod } from "../../kit/restricted-pod";
import { spreadOverNodes } from "../../kit/spread-over-nodes";
import { ingressClass } from "../traefik/arguments";

const name = "sample-app";
const namespace = name;
const labels = { "app.kubernetes.io/name": name };
const metadata = { name, namespace, labels };
const replicas = 2;

/** Seconds for which a terminating pod still answers those who have not learned of it. */
const shutdownGraceSeconds = 10;

/** Of the Secret with its certificate. */
const secretName = `${name}-tls`;

/** A page that says which pod answered, at a host name; without an issuer, by HTTP alone. */
export function sampleAppObjects(
  host: string,
  issuer: string | undefined,
  image: string,
): readonly AddonObject[] {
  const after = ["namespace"];
  return [
    addonNamespace(namespace, "restricted"),
    {
      name: "deployment",
      object: deployment(metadata, { spec: sampleAppDeployment(image) }),
      after,
    },
    {
      name: "disruption-budget",
      object: podDisruptionBudget(metadata, {
        spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
      }),
      after,
    },
    {
      name: "service",
      object: service(metadata, {
        spec: { selector: labels, ports: [{ name: "http", port: 80, targetPort: "http" }] },
      }),
      after: ["deployment"],
    },
    { name: "ingress", object: sampleAppIngress(host, issuer !== undefined), after: ["service"] },
    ...(issuer === undefined ? [] : [certificate(host, issuer)]),
  ];
}

function sampleAppIngress(host: string, https: boolean) {
  const backend = { service: { name, port: { name: "http" } } };
  return ingress(metadata, {
    spec: {
      ingressClassName: ingressClass,
      ...(https ? { tls: [{ hosts: [host], secretName }] } : {}),
      rules: [{ host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
    },
  });
}

/** Not by annotation of the Ingress: what Plinth makes it can wait for when it goes. */
function certificate(host: string, issuer: string): AddonObject {
  return {
    name: "certificate",
    object: sampleAppCertificate(host, issuer),
    after: ["namespace"],
    // deleted before its namespace, cert-manager would request it again until it is gone
    deletedWith: "namespace",
  };
}

/** https://cert-manager.io/docs/usage/certificate/ */
export function sampleAppCertificate(host: string, issuer: string) {
  return {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: { name, namespace, labels: { ...labels, ...ourLabels } },
    spec: {
      secretName,
      dnsNames: [host],
      issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: issuer },
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
    },
  };
}

function sampleAppDeployment(image: string): kubernetes.types.input.apps.v1.DeploymentSpec {
  const ofPod = (fieldPath: string) => ({ valueFrom: { fieldRef: { fieldPath } } });
  const port = 5678;
  return {
    replicas,
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        nodeSelector: { "kubernetes.io/os": "linux" },
        topologySpreadConstraints: spreadOverNodes(labels),
        terminationGracePeriodSeconds: shutdownGraceSeconds + 10,
        securityContext: restrictedPod(nonroot),
        containers: [
          {
            name,
            image,
            args: [`-listen=:${port}`, `-text=${page}`],
            env: [
              { name: "POD_NAME", ...ofPod("metadata.name") },
              { name: "NODE_NAME", ...ofPod("spec.nodeName") },
            ],
            ports: [{ name: "http", containerPort: port, protocol: "TCP" }],
            readinessProbe: { httpGet: { path: "/health", port: "http" }, periodSeconds: 5 },
            livenessProbe: { httpGet: { path: "/health", port: "http" }, periodSeconds: 10 },
            // it stops at once on SIGTERM, but Traefik keeps sending to it until it learns
            lifecycle: { preStop: { sleep: { seconds: shutdownGraceSeconds } } },
            resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "64Mi" } },
            securityContext: restrictedContainer,
          },
        ],
      },
    },
  };
}

/** The kubelet puts the pod's own names into its arguments. */
const page = [
  "<!DOCTYPE html>",
  '<html lang="en"><head><meta charset="utf-8"><title>Plinth</title></head>',
  '<body style="font: 1.2em sans-serif; margin: 4em">',
  "<h1>It works</h1>",
  "<p>Pod <b>$(POD_NAME)</b> on node <b>$(NODE_NAME)</b> answered.</p>",
  "</body></html>",
].join("\n");
