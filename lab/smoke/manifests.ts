/** Name of the check's workload and service. */
export const workload = "web";

const labels = { app: workload };

/** The objects of the smoke check: a web server on every node that takes pods, behind one service. */
export function smokeManifests(namespace: string, image: string): object {
  const field = (name: string, fieldPath: string) => ({
    name,
    valueFrom: { fieldRef: { fieldPath } },
  });
  const container = {
    name: workload,
    image,
    args: ["serve"],
    env: [field("POD_NAME", "metadata.name"), field("NODE_NAME", "spec.nodeName")],
    ports: [{ containerPort: 8080 }],
    readinessProbe: { httpGet: { path: "/", port: 8080 }, periodSeconds: 1 },
    resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "64Mi" } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
  };
  const daemonSet = {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: workload, namespace },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { terminationGracePeriodSeconds: 1, containers: [container] },
      },
    },
  };
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: workload, namespace },
    spec: { type: "NodePort", selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
  };
  const space = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
  return { apiVersion: "v1", kind: "List", items: [space, daemonSet, service] };
}
