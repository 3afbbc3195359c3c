import type { ClusterConfig } from "../config/cluster-config";
import type { LayerContent } from "../host/host-layer";
import { kubeconfig } from "../host/kubeconfig";
import { execStart, hardenedService, restartsForever, systemdUnit } from "../host/systemd-unit";

const pki = "/etc/kubernetes/pki";

/** A component that works through the API server of its own host, under a leader election. */
export interface ControlPlaneClient {
  readonly config: ClusterConfig;
  /** Name of binary, unit and user. */
  readonly component: "kube-controller-manager" | "kube-scheduler";
  readonly description: string;
  /** Leaf certificate in `/etc/kubernetes/pki`. */
  readonly identity: string;
  readonly kubeconfigFile: string;
  readonly healthPort: number;
  readonly args: Readonly<Record<string, string>>;
  /** Further files that it reads at start. */
  readonly readFiles: readonly string[];
}

/** User, kubeconfig, unit and health check of such a component. */
export function controlPlaneClient(client: ControlPlaneClient): LayerContent {
  const { component, config, identity, kubeconfigFile } = client;
  const certificate = {
    caFile: `${pki}/ca.crt`,
    certFile: `${pki}/${identity}.crt`,
    keyFile: `${pki}/${identity}.key`,
  };
  return {
    users: { [component]: { home: "/nonexistent", groups: [] } },
    files: {
      [kubeconfigFile]: {
        // holds no secret: it names the files of the certificate
        content: kubeconfig(
          config.name,
          `https://127.0.0.1:${config.api.port}`,
          `system:${component}`,
          certificate,
        ),
        mode: "0600",
        owner: `${component}:${component}`,
      },
    },
    units: {
      [`${component}.service`]: {
        content: clientUnit(client),
        enabled: true,
        running: true,
        restartOn: [
          `/usr/local/bin/${component}`,
          kubeconfigFile,
          certificate.certFile,
          certificate.keyFile,
          ...client.readFiles,
        ],
        reloadOn: [],
      },
    },
    ready: [
      {
        kind: "command",
        // its serving certificate is its own: on the loopback address there is nothing to verify
        command: ["curl", "-skf", "--max-time", "2", "-o", "/dev/null", healthUrl(client)],
        deadlineSeconds: 90,
      },
    ],
  };
}

function healthUrl(client: ControlPlaneClient): string {
  return `https://127.0.0.1:${client.healthPort}/healthz`;
}

function clientUnit(client: ControlPlaneClient): string {
  const { component } = client;
  return systemdUnit({
    Unit: {
      Description: client.description,
      ...restartsForever,
      Documentation: `https://kubernetes.io/docs/reference/command-line-tools-reference/${component}/`,
      Wants: "network-online.target",
      After: "network-online.target kube-apiserver.service",
    },
    Service: {
      User: component,
      ExecStart: execStart(`/usr/local/bin/${component}`, client.args),
      Restart: "always",
      RestartSec: "2",
      ...hardenedService,
    },
    Install: { WantedBy: "multi-user.target" },
  });
}
