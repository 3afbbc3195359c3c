import type * as kubernetes from "@pulumi/kubernetes";
import type { ClusterConfig } from "../../../components/config/model/cluster-config";
import { type AddonObject, namesOf } from "../../kit/addon-object";
import { configMap, deployment, podDisruptionBudget, service } from "../../kit/kinds";
import { clusterAccess } from "../../kit/rbac";
import { restrictedContainer } from "../../kit/restricted-pod";

const namespace = "kube-system";
const selector = { "k8s-app": "kube-dns" };
const labels = { ...selector, "app.kubernetes.io/name": "coredns" };
const metadata = { name: "coredns", namespace, labels };

/** CoreDNS behind the address that kubelets hand to their pods. */
export function coreDnsObjects(config: ClusterConfig, image: string): readonly AddonObject[] {
  const needed: readonly AddonObject[] = [
    {
      name: "corefile",
      object: configMap(
        { name: "coredns", namespace },
        { data: { Corefile: coreDnsCorefile(config) } },
      ),
    },
    ...clusterAccess({ name: "coredns", namespace }, grant),
  ];
  return [
    ...needed,
    {
      name: "deployment",
      object: deployment(metadata, { spec: coreDnsDeployment(config, image) }),
      after: namesOf(needed),
    },
    {
      name: "disruption-budget",
      object: podDisruptionBudget(metadata, {
        spec: { maxUnavailable: 1, selector: { matchLabels: selector } },
      }),
    },
    { name: "service", object: coreDnsService(config.network.dnsServiceIp) },
  ];
}

function coreDnsService(clusterIP: string) {
  return service(
    {
      // the name that every tool expects, since the days of its predecessor
      name: "kube-dns",
      namespace,
      labels: { ...labels, "kubernetes.io/cluster-service": "true" },
      annotations: { "pulumi.com/skipAwait": "true" },
    },
    {
      spec: {
        selector,
        clusterIP,
        ports: [
          { name: "dns", port: 53, protocol: "UDP" },
          { name: "dns-tcp", port: 53, protocol: "TCP" },
          { name: "metrics", port: 9153, protocol: "TCP" },
        ],
      },
    },
  );
}

/** https://coredns.io/plugins/ */
export function coreDnsCorefile(config: ClusterConfig): string {
  const upstream = config.addons.coredns.upstreamNameservers;
  // the pods' own resolv.conf is the host's (dnsPolicy Default), in which no loopback address stands
  const forward = upstream.length === 0 ? "/etc/resolv.conf" : upstream.join(" ");
  return `.:53 {
    errors
    health {
        lameduck 5s
    }
    ready
    kubernetes ${config.domain} in-addr.arpa ip6.arpa {
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
        ttl 30
    }
    prometheus :9153
    forward . ${forward} {
        max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
`;
}

const grant = {
  role: "system:coredns",
  rules: [
    {
      apiGroups: [""],
      resources: ["endpoints", "services", "pods", "namespaces"],
      verbs: ["list", "watch"],
    },
    { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
  ],
};

function coreDnsDeployment(
  config: ClusterConfig,
  image: string,
): kubernetes.types.input.apps.v1.DeploymentSpec {
  return {
    replicas: config.addons.coredns.replicas,
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
    selector: { matchLabels: selector },
    template: {
      metadata: { labels },
      spec: {
        priorityClassName: "system-cluster-critical",
        serviceAccountName: "coredns",
        tolerations: [
          { key: "CriticalAddonsOnly", operator: "Exists" },
          { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" },
        ],
        nodeSelector: { "kubernetes.io/os": "linux" },
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: "kubernetes.io/hostname",
            whenUnsatisfiable: "ScheduleAnyway",
            labelSelector: { matchLabels: selector },
          },
        ],
        dnsPolicy: "Default",
        containers: [coreDnsContainer(image)],
        volumes: [
          {
            name: "corefile",
            configMap: { name: "coredns", items: [{ key: "Corefile", path: "Corefile" }] },
          },
        ],
      },
    },
  };
}

function coreDnsContainer(image: string): kubernetes.types.input.core.v1.Container {
  const probe = (path: string, port: number) => ({ httpGet: { path, port } });
  return {
    name: "coredns",
    image,
    args: ["-conf", "/etc/coredns/Corefile"],
    ports: [
      { name: "dns", containerPort: 53, protocol: "UDP" },
      { name: "dns-tcp", containerPort: 53, protocol: "TCP" },
      { name: "metrics", containerPort: 9153, protocol: "TCP" },
    ],
    livenessProbe: { ...probe("/health", 8080), initialDelaySeconds: 30, timeoutSeconds: 5 },
    readinessProbe: { ...probe("/ready", 8181), periodSeconds: 2, failureThreshold: 3 },
    resources: { requests: { cpu: "50m", memory: "32Mi" }, limits: { memory: "170Mi" } },
    securityContext: {
      ...restrictedContainer,
      capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] },
    },
    volumeMounts: [{ name: "corefile", mountPath: "/etc/coredns", readOnly: true }],
  };
}
