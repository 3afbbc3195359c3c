import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { Addon } from "../../kit/addon";
import { ourLabels } from "../../kit/labelled-objects";
import { ownNamespace } from "../../kit/addon-namespace";
import { nonroot, restrictedContainer, restrictedPod } from "../../kit/restricted-pod";
import { spreadOverNodes } from "../../kit/spread-over-nodes";
import { ingressClass } from "../traefik/arguments";

const name = "sample-app";
const namespace = name;
const labels = { "app.kubernetes.io/name": name };
const replicas = 2;

/** Seconds for which a pod that is to end still answers those who have not heard of it. */
const farewellSeconds = 10;

/** Of the Secret with its certificate. */
const secretName = `${name}-tls`;

export interface SampleAppArgs {
  readonly host: string;
  /** ClusterIssuer of its certificate; without one it has HTTP alone. */
  readonly issuer: string | undefined;
  readonly image: string;
}

/** A page that says which pod answered, reached by its host name through the ingress. */
export class SampleApp extends Addon {
  constructor(
    resourceName: string,
    { host, issuer, image }: SampleAppArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("SampleApp", resourceName, opts);
    const { child } = this;
    const metadata = { name, namespace, labels };
    const inNamespace = ownNamespace(resourceName, namespace, "restricted", child);
    const deployment = new kubernetes.apps.v1.Deployment(
      `${resourceName}-deployment`,
      { metadata, spec: sampleAppDeployment(image) },
      inNamespace,
    );
    new kubernetes.policy.v1.PodDisruptionBudget(
      `${resourceName}-disruption-budget`,
      { metadata, spec: { maxUnavailable: 1, selector: { matchLabels: labels } } },
      inNamespace,
    );
    const service = new kubernetes.core.v1.Service(
      `${resourceName}-service`,
      {
        metadata,
        spec: { selector: labels, ports: [{ name: "http", port: 80, targetPort: "http" }] },
      },
      { ...child, dependsOn: [deployment] },
    );
    const backend = { service: { name, port: { name: "http" } } };
    new kubernetes.networking.v1.Ingress(
      `${resourceName}-ingress`,
      {
        metadata,
        spec: {
          ingressClassName: ingressClass,
          ...(issuer === undefined ? {} : { tls: [{ hosts: [host], secretName }] }),
          rules: [{ host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
        },
      },
      { ...child, dependsOn: [service] },
    );
    if (issuer !== undefined) {
      const [ns] = inNamespace.dependsOn;
      // not by annotation of the Ingress: what Plinth makes it can wait for when it goes
      new kubernetes.apiextensions.CustomResource(
        `${resourceName}-certificate`,
        sampleAppCertificate(host, issuer),
        // deleted before its namespace, cert-manager would ask for it again until it is gone
        { ...inNamespace, deletedWith: ns },
      );
    }
    this.registerOutputs();
  }
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
        terminationGracePeriodSeconds: farewellSeconds + 10,
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
            // it ends at once when told to, but Traefik goes on to ask it until it knows
            lifecycle: { preStop: { sleep: { seconds: farewellSeconds } } },
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
