import type * as kubernetes from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { type AddonObject, namesOf } from "../../kit/addon-object";
import {
  apiService,
  clusterRole,
  clusterRoleBinding,
  deployment,
  roleBinding,
  secret,
  service,
} from "../../kit/kinds";
import { clusterAccess, roleOf } from "../../kit/rbac";
import { nonroot, restrictedContainer, restrictedPod } from "../../kit/restricted-pod";

const namespace = "kube-system";
const name = "metrics-server";
const labels = { "k8s-app": name, "app.kubernetes.io/name": name };
const selector = { "k8s-app": name };
const metadata = { name, namespace, labels };
const port = 10250;

/** By which API servers know the server. */
export interface MetricsServerTls {
  readonly certPem: Input<string>;
  readonly keyPem: Input<string>;
  /** PEM in base64 of the authority that issued the certificate. */
  readonly caBundle: Input<string>;
}

/** Name of its service inside the cluster, for its certificate. */
export const serviceName = `${name}.${namespace}.svc`;

/** https://github.com/kubernetes-sigs/metrics-server/tree/master/manifests/base */
export function metricsServerObjects(image: string, tls: MetricsServerTls): readonly AddonObject[] {
  const needed: readonly AddonObject[] = [
    {
      name: "certificate",
      object: secret(
        { name, namespace },
        {
          type: "kubernetes.io/tls",
          stringData: { "tls.crt": tls.certPem, "tls.key": tls.keyPem },
        },
      ),
    },
    ...access(),
  ];
  return [
    ...needed,
    {
      name: "deployment",
      object: deployment(metadata, { spec: metricsServerDeployment(image) }),
      after: namesOf(needed),
    },
    {
      name: "service",
      object: service(metadata, {
        spec: { selector, ports: [{ name: "https", port: 443, targetPort: "https" }] },
      }),
      after: ["deployment"],
    },
    { name: "api-service", object: metricsApi(tls.caBundle), after: ["service"] },
  ];
}

/** The API group that the server answers for. */
function metricsApi(caBundle: Input<string>) {
  return apiService(
    { name: "v1beta1.metrics.k8s.io", labels },
    {
      spec: {
        group: "metrics.k8s.io",
        version: "v1beta1",
        groupPriorityMinimum: 100,
        versionPriority: 100,
        service: { name, namespace },
        caBundle,
      },
    },
  );
}

const reading = ["get", "list", "watch"];

const grant = {
  role: "system:metrics-server",
  rules: [
    { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
    { apiGroups: [""], resources: ["pods", "nodes"], verbs: reading },
  ],
};

/** The roles that everybody has in namespaces get its rights, too. */
const aggregated: Readonly<Record<string, string>> = Object.fromEntries(
  ["view", "edit", "admin"].map((role) => [
    `rbac.authorization.k8s.io/aggregate-to-${role}`,
    "true",
  ]),
);

function access(): readonly AddonObject[] {
  const account = { name, namespace };
  return [
    ...clusterAccess(account, grant),
    {
      name: "reader",
      object: clusterRole(
        { name: "system:aggregated-metrics-reader", labels: aggregated },
        {
          rules: [{ apiGroups: ["metrics.k8s.io"], resources: ["pods", "nodes"], verbs: reading }],
        },
      ),
    },
    // its clients are authenticated and authorized by the cluster's own API servers
    {
      name: "auth-delegator",
      object: clusterRoleBinding(
        { name: "metrics-server:system:auth-delegator" },
        roleOf("ClusterRole", "system:auth-delegator", account),
      ),
    },
    {
      name: "auth-reader",
      object: roleBinding(
        { name: "metrics-server-auth-reader", namespace },
        roleOf("Role", "extension-apiserver-authentication-reader", account),
      ),
    },
  ];
}

function metricsServerDeployment(image: string): kubernetes.types.input.apps.v1.DeploymentSpec {
  const certificates = "/etc/metrics-server";
  const probe = (path: string) => ({
    httpGet: { path, port: "https", scheme: "HTTPS" },
    periodSeconds: 5,
    failureThreshold: 6,
  });
  return {
    replicas: 1,
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0 } },
    selector: { matchLabels: selector },
    template: {
      metadata: { labels },
      spec: {
        priorityClassName: "system-cluster-critical",
        serviceAccountName: name,
        tolerations: [
          { key: "CriticalAddonsOnly", operator: "Exists" },
          { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" },
        ],
        nodeSelector: { "kubernetes.io/os": "linux" },
        securityContext: { ...restrictedPod(nonroot), fsGroup: nonroot },
        containers: [
          {
            name,
            image,
            args: [
              `--secure-port=${port}`,
              `--tls-cert-file=${certificates}/tls.crt`,
              `--tls-private-key-file=${certificates}/tls.key`,
              // kubelets' certificates are the cluster authority's, as is what pods know as theirs
              "--kubelet-certificate-authority=/var/run/secrets/kubernetes.io/serviceaccount/ca.crt",
              "--kubelet-preferred-address-types=InternalIP",
              "--kubelet-use-node-status-port",
              "--metric-resolution=15s",
            ],
            ports: [{ name: "https", containerPort: port, protocol: "TCP" }],
            // ready only when it has scraped the kubelets twice
            readinessProbe: probe("/readyz"),
            livenessProbe: { ...probe("/livez"), initialDelaySeconds: 10 },
            resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "256Mi" } },
            securityContext: restrictedContainer,
            volumeMounts: [{ name: "certificate", mountPath: certificates, readOnly: true }],
          },
        ],
        volumes: [{ name: "certificate", secret: { secretName: name, defaultMode: 0o440 } }],
      },
    },
  };
}
