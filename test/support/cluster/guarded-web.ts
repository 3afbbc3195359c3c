/** A Deployment `web` with a pod on each of these nodes, of which a budget wants so many at any time. */
export function guardedWeb(nodes: readonly string[], minAvailable: number): readonly object[] {
  const labels = { app: "web" };
  const hostname = "kubernetes.io/hostname";
  const onNodes = [{ matchExpressions: [{ key: hostname, operator: "In", values: nodes }] }];
  const apart = [{ labelSelector: { matchLabels: labels }, topologyKey: hostname }];
  const affinity = {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: onNodes },
    },
    podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: apart },
  };
  const containers = [{ name: "web", image: "registry.k8s.io/pause:3.10.1" }];
  const spec = { affinity, terminationGracePeriodSeconds: 1, containers };
  return [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web" },
      spec: {
        replicas: nodes.length,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec },
      },
    },
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: "web" },
      spec: { minAvailable, selector: { matchLabels: labels } },
    },
  ];
}
