import type { ClusterConfig } from "../config/model/cluster-config";
import type { HostConfig } from "../config/model/host-config";
import type { LayerContent } from "../host/host-layer";
import { unitNames } from "../host/init/own-units";
import {
  execStart,
  hardenedService,
  restartsForever,
  systemdUnit,
} from "../host/init/systemd-unit";
import { kubeconfig } from "../host/kubeconfig";
import { metricsAddress } from "../host/metrics-address";
import { paths } from "../host/paths";
import { hostPort } from "../network/addresses";

type Args = Readonly<Record<string, string>>;

const { pki } = paths;

/** A component that works through the API server of its own host, under a leader election. */
export interface ControlPlaneClient {
  readonly config: ClusterConfig;
  readonly host: HostConfig;
  /** Name of binary, unit and user. */
  readonly component: "kube-controller-manager" | "kube-scheduler";
  readonly description: string;
  /** Leaf certificate in `paths.pki`. */
  readonly identity: string;
  readonly kubeconfigFile: string;
  readonly healthPort: number;
  /** They win over those that every such component has. */
  readonly args: Args;
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
      [unitNames[component]]: {
        content: clientUnit(client),
        enabled: true,
        running: true,
        restartOn: [
          `${paths.binaries}/${component}`,
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
        // it asks on the host itself, where there is nothing to verify
        command: ["curl", "-skf", "--max-time", "2", "-o", "/dev/null", healthUrl(client)],
        deadlineSeconds: 90,
      },
    ],
  };
}

function healthUrl(client: ControlPlaneClient): string {
  const { config, healthPort, host } = client;
  return `https://${hostPort(metricsAddress(config, host), healthPort)}/healthz`;
}

/** Where its metrics are read, its port is reached from outside, and its certificate can be verified there. */
function servingArgs({ config, host, identity }: ControlPlaneClient): Args {
  return {
    "bind-address": metricsAddress(config, host),
    ...(config.needs.hostMetrics
      ? {
          "tls-cert-file": `${pki}/${identity}.crt`,
          "tls-private-key-file": `${pki}/${identity}.key`,
        }
      : {}),
  };
}

function clientUnit(client: ControlPlaneClient): string {
  const { component } = client;
  return systemdUnit({
    Unit: {
      Description: client.description,
      ...restartsForever,
      Documentation: `https://kubernetes.io/docs/reference/command-line-tools-reference/${component}/`,
      Wants: "network-online.target",
      After: `network-online.target ${unitNames["kube-apiserver"]}`,
    },
    Service: {
      User: component,
      ExecStart: execStart(`${paths.binaries}/${component}`, {
        ...servingArgs(client),
        ...client.args,
      }),
      Restart: "always",
      RestartSec: "2",
      ...hardenedService,
    },
    Install: { WantedBy: "multi-user.target" },
  });
}
