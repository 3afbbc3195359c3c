import type * as kubernetes from "@pulumi/kubernetes";
import type { MonitoringConfig } from "./schema";
import { nobody, restrictedPod } from "../../kit/restricted-pod";

type PodSpec = kubernetes.types.input.core.v1.PodSpec;

/** Where and as whom pods of the namespace run, within the Pod Security level `restricted`. */
export function monitoringPod({ nodeSelector }: MonitoringConfig) {
  const absentNodeToleration = (key: string) => ({ key, operator: "Exists", effect: "NoExecute" });
  return {
    // what tells of a crowded cluster must not be what it crowds out
    priorityClassName: "system-cluster-critical",
    nodeSelector: { "kubernetes.io/os": "linux", ...nodeSelector },
    tolerations: [
      // whoever selects nodes means them, control planes too
      ...(Object.keys(nodeSelector).length === 0
        ? []
        : [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }]),
      // with a node that dies, its alert must not wait for the usual five minutes
      ...["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"].map((key) => ({
        ...absentNodeToleration(key),
        tolerationSeconds: 60,
      })),
    ],
    securityContext: { ...restrictedPod(nobody), fsGroup: nobody },
  } satisfies Partial<PodSpec>;
}
