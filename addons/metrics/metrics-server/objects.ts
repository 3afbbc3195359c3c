import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ClusterConfig } from "../../../components/config/model/cluster-config";
import { issuedLeaf } from "../../../components/pki/leaf";
import type { Pki } from "../../../components/pki/pki";
import { binding, clusterAccess } from "../../kit/rbac";
import { Addon } from "../../kit/addon";
import { nonroot, restrictedContainer, restrictedPod } from "../../kit/restricted-pod";

export interface MetricsServerArgs {
  readonly config: ClusterConfig;
  readonly image: string;
  /** Its cluster authority vouches for the server towards the API servers. */
  readonly pki: Pki;
}

const namespace = "kube-system";
const name = "metrics-server";
const labels = { "k8s-app": name, "app.kubernetes.io/name": name };
const selector = { "k8s-app": name };
const port = 10250;

/** `kubectl top` and HorizontalPodAutoscalers have what they ask for, where the stack config says so. */
export function metricsServer(
  resourceName: string,
  args: MetricsServerArgs,
  opts: pulumi.ComponentResourceOptions,
): readonly Addon[] {
  return args.config.addons.metricsServer.enabled
    ? [new MetricsServer(resourceName, args, opts)]
    : [];
}

/** CPU and memory of nodes and pods, asked from the kubelets: https://github.com/kubernetes-sigs/metrics-server */
class MetricsServer extends Addon {
  constructor(
    resourceName: string,
    { config, image, pki }: MetricsServerArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("MetricsServer", resourceName, opts);
    const { child } = this;
    const authority = pki.authorities.cluster;
    const { certPem, keyPem } = issuedLeaf(
      resourceName,
      {
        name: "server",
        commonName: name,
        server: true,
        client: false,
        dnsNames: [`${name}.${namespace}.svc`],
        ipAddresses: [],
      },
      authority,
      config.pki,
      child,
    );
    const certificate = new kubernetes.core.v1.Secret(
      `${resourceName}-certificate`,
      {
        metadata: { name, namespace },
        type: "kubernetes.io/tls",
        stringData: { "tls.crt": certPem, "tls.key": keyPem },
      },
      child,
    );
    const access = metricsServerAccess(resourceName, child);
    const metadata = { name, namespace, labels };
    const deployment = new kubernetes.apps.v1.Deployment(
      `${resourceName}-deployment`,
      { metadata, spec: metricsServerDeployment(image) },
      { ...child, dependsOn: [certificate, ...access] },
    );
    const service = new kubernetes.core.v1.Service(
      `${resourceName}-service`,
      { metadata, spec: { selector, ports: [{ name: "https", port: 443, targetPort: "https" }] } },
      { ...child, dependsOn: [deployment] },
    );
    new kubernetes.apiregistration.v1.APIService(
      `${resourceName}-api-service`,
      {
        metadata: { name: "v1beta1.metrics.k8s.io", labels },
        spec: {
          group: "metrics.k8s.io",
          version: "v1beta1",
          groupPriorityMinimum: 100,
          versionPriority: 100,
          service: { name, namespace },
          caBundle: authority.certPem.apply((pem) => Buffer.from(pem).toString("base64")),
        },
      },
      { ...child, dependsOn: [service] },
    );
    this.registerOutputs();
  }
}

const reading = ["get", "list", "watch"];

const grant = {
  role: "system:metrics-server",
  rules: [
    { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
    { apiGroups: [""], resources: ["pods", "nodes"], verbs: reading },
  ],
};

/** https://github.com/kubernetes-sigs/metrics-server/blob/master/manifests/base/rbac.yaml */
function metricsServerAccess(
  resourceName: string,
  child: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  const account = { name, namespace };
  return [
    ...clusterAccess(resourceName, account, grant, child, child),
    new kubernetes.rbac.v1.ClusterRole(
      `${resourceName}-reader`,
      {
        metadata: {
          name: "system:aggregated-metrics-reader",
          labels: Object.fromEntries(
            ["view", "edit", "admin"].map((role) => [
              `rbac.authorization.k8s.io/aggregate-to-${role}`,
              "true",
            ]),
          ),
        },
        rules: [{ apiGroups: ["metrics.k8s.io"], resources: ["pods", "nodes"], verbs: reading }],
      },
      child,
    ),
    // who asks it is found out and judged by the cluster's own API servers
    new kubernetes.rbac.v1.ClusterRoleBinding(
      `${resourceName}-auth-delegator`,
      {
        metadata: { name: "metrics-server:system:auth-delegator" },
        ...binding("ClusterRole", "system:auth-delegator", account),
      },
      child,
    ),
    new kubernetes.rbac.v1.RoleBinding(
      `${resourceName}-auth-reader`,
      {
        metadata: { name: "metrics-server-auth-reader", namespace },
        ...binding("Role", "extension-apiserver-authentication-reader", account),
      },
      child,
    ),
  ];
}

/** https://github.com/kubernetes-sigs/metrics-server/blob/master/manifests/base/deployment.yaml */
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
            // ready only when it has asked the kubelets twice
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
