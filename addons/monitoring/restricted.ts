import type * as kubernetes from "@pulumi/kubernetes";
import type { MonitoringConfig } from "../../components/config/addons-config";

type PodSpec = kubernetes.types.input.core.v1.PodSpec;

/** The user `nobody` of the official images. */
const nobody = 65534;

/** Where and as whom pods of the namespace run, within the Pod Security level `restricted`. */
export function restrictedPod({ nodeSelector }: MonitoringConfig) {
  const away = (key: string) => ({ key, operator: "Exists", effect: "NoExecute" });
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
        ...away(key),
        tolerationSeconds: 60,
      })),
    ],
    securityContext: {
      runAsNonRoot: true,
      runAsUser: nobody,
      runAsGroup: nobody,
      fsGroup: nobody,
      seccompProfile: { type: "RuntimeDefault" },
    },
  } satisfies Partial<PodSpec>;
}

/** Of a container that needs no right and writes to its volumes alone. */
export const restrictedContainer = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};
