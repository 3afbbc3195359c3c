import type * as kubernetes from "@pulumi/kubernetes";

/** One node's end leaves the other pods of a Deployment, where there are other nodes. */
export function spreadOverNodes(
  labels: Readonly<Record<string, string>>,
): kubernetes.types.input.core.v1.TopologySpreadConstraint[] {
  return [
    {
      maxSkew: 1,
      topologyKey: "kubernetes.io/hostname",
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels: labels },
      // a pod of the old kind must not keep its node from a new one
      matchLabelKeys: ["pod-template-hash"],
    },
  ];
}
