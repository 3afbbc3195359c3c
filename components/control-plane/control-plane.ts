import * as pulumi from "@pulumi/pulumi";
import type { HostConfig } from "../config/model/host-config";
import { hostsWithRole } from "../config/model/hosts-with-role";
import { publicDirectory } from "../host/directory";
import { HostLayer, joinedContent, type InputFile, type LayerContent } from "../host/host-layer";
import { binarySourcesOf, platformOf, type LayerContext } from "../host/layer-context";
import { paths } from "../host/paths";
import { certFile, pemFiles } from "../pki/pem-files";
import type { Pki } from "../pki/pki";
import { adminCertificate, administrationContent } from "./administration";
import { controlPlaneRollout } from "./turns/control-plane-rollout";
import { encryptionConfiguration } from "./encryption-configuration";
import { apiServerContent, encryptionConfigurationFile } from "./kube-apiserver";
import { controllerManagerContent } from "./kube-controller-manager";
import { schedulerContent } from "./kube-scheduler";
import { vipContent } from "./vip";

export interface ControlPlaneArgs {
  readonly context: LayerContext;
  readonly pki: Pki;
}

/** Every control-plane host runs an API server that is ready, a controller manager and a scheduler. */
export class ControlPlane extends pulumi.ComponentResource {
  constructor(name: string, args: ControlPlaneArgs, opts: pulumi.ComponentResourceOptions) {
    super("plinth:control-plane:ControlPlane", name, {}, opts);
    const { context, pki } = args;
    for (const host of hostsWithRole(context.config.hosts, "control-plane")) {
      new HostLayer(
        `${name}-${host.name}-control-plane`,
        {
          host,
          cluster: context.config.name,
          clusterId: context.clusterId,
          layer: "control-plane",
          content: () => controlPlaneContent(context, host),
          inputFiles: () => controlPlaneFiles(pki, host),
          rollout: controlPlaneRollout(context.config, host),
        },
        { parent: this },
      );
    }
    this.registerOutputs();
  }
}

/** Everything of the control plane on one host but its certificates and keys. */
export function controlPlaneContent(
  context: LayerContext,
  host: HostConfig,
): Required<LayerContent> {
  const { config } = context;
  const sources = binarySourcesOf(context, host);
  return joinedContent(
    {
      directories: {
        [paths.kubernetes]: publicDirectory,
        [paths.pki]: publicDirectory,
      },
    },
    apiServerContent(config, host, sources),
    controllerManagerContent(config, host, sources),
    schedulerContent(config, host, sources),
    administrationContent(config, sources),
    vipContent(config, host, platformOf(context, host)),
  );
}

/** The certificates and keys of the control plane on one host. */
export function controlPlaneFiles(pki: Pki, host: HostConfig): Readonly<Record<string, InputFile>> {
  const directory = paths.pki;
  const apiServer = "kube-apiserver:kube-apiserver";
  const { cluster, etcd } = pki.authorities;
  return {
    [`${directory}/ca.crt`]: certFile(cluster),
    // signs what the certificates API approves; the other authorities' keys never leave the state
    [`${directory}/ca.key`]: {
      content: cluster.keyPem,
      mode: "0600",
      owner: "kube-controller-manager:kube-controller-manager",
    },
    [`${directory}/front-proxy-ca.crt`]: certFile(pki.authorities["front-proxy"]),
    // the etcd layer of a stacked host has the same file, so each layer keeps a path of its own
    [`${directory}/etcd-ca.crt`]: certFile(etcd),
    ...pemFiles(`${directory}/apiserver`, pki.leaf(`apiserver-${host.name}`), apiServer),
    ...pemFiles(
      `${directory}/apiserver-kubelet-client`,
      pki.leaf("apiserver-kubelet-client"),
      apiServer,
    ),
    ...pemFiles(`${directory}/apiserver-etcd-client`, pki.leaf("apiserver-etcd-client"), apiServer),
    ...pemFiles(`${directory}/front-proxy-client`, pki.leaf("front-proxy-client"), apiServer),
    ...pemFiles(
      `${directory}/controller-manager`,
      pki.leaf("controller-manager"),
      "kube-controller-manager:kube-controller-manager",
    ),
    ...pemFiles(`${directory}/scheduler`, pki.leaf("scheduler"), "kube-scheduler:kube-scheduler"),
    ...pemFiles(adminCertificate, pki.leaf("admin"), "root:root"),
    [`${directory}/sa.key`]: {
      content: pki.serviceAccount.privateKeyPem,
      // the API server signs tokens with it, the controller manager makes legacy ones
      mode: "0640",
      owner: "kube-apiserver:kube-controller-manager",
    },
    [`${directory}/sa.pub`]: {
      content: pki.serviceAccount.publicKeyPem,
      mode: "0644",
      owner: "root:root",
    },
    [encryptionConfigurationFile]: {
      content: pki.encryptionKey.apply(encryptionConfiguration),
      mode: "0600",
      owner: apiServer,
    },
  };
}
