import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Catalogue } from "../../../components/catalogue/catalogue";
import type { StorageClassConfig } from "../../../components/config/model/addons-config";
import type { ClusterConfig } from "../../../components/config/model/cluster-config";
import { toYaml } from "../../../components/text/yaml";
import { Addon } from "../../kit/addon";
import { ownNamespace } from "../../kit/addon-namespace";
import { clusterAccess, namespaceAccess } from "../../kit/rbac";
import { nonroot, restrictedContainer, restrictedPod } from "../../kit/restricted-pod";
import { settingsAnnotation } from "../../kit/settings-annotation";

export interface LocalPathStorageArgs {
  readonly config: ClusterConfig;
  /** `busybox` has the shell of the pods that make and delete the directories. */
  readonly images: Catalogue["images"];
}

type StorageClasses = Readonly<Record<string, StorageClassConfig>>;

const namespace = "local-path-storage";
const name = "local-path-provisioner";
const labels = { "app.kubernetes.io/name": name };
const configMap = "local-path-config";

/** The storage classes of type local-path, and what serves them; nothing where there are none. */
export function localPathStorage(
  resourceName: string,
  args: LocalPathStorageArgs,
  opts: pulumi.ComponentResourceOptions,
): readonly Addon[] {
  if (Object.keys(args.config.addons.storageClasses).length === 0) return [];
  return [new LocalPathStorage(resourceName, args, opts)];
}

/** Claims get directories of the nodes' own disks: https://github.com/rancher/local-path-provisioner */
class LocalPathStorage extends Addon {
  constructor(
    resourceName: string,
    args: LocalPathStorageArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("LocalPathStorage", resourceName, opts);
    const { child } = this;
    const { config, images } = args;
    const { storageClasses } = config.addons;
    // the helper pods mount directories of the host
    const inNamespace = ownNamespace(resourceName, namespace, "privileged", child);
    const data = localPathSettings(storageClasses, images.busybox);
    const settings = new kubernetes.core.v1.ConfigMap(
      `${resourceName}-settings`,
      { metadata: { name: configMap, namespace }, data },
      inNamespace,
    );
    const account = { name, namespace };
    const grant = { role: name, rules: clusterRules };
    const helpers = { role: name, namespace, rules: helperRules };
    const access = [
      ...clusterAccess(resourceName, account, grant, inNamespace, child),
      ...namespaceAccess(resourceName, account, helpers, inNamespace),
    ];
    new kubernetes.apps.v1.Deployment(
      `${resourceName}-deployment`,
      { metadata: { name, namespace, labels }, spec: provisionerDeployment(images[name], data) },
      { ...child, dependsOn: [settings, ...access] },
    );
    for (const [className, storageClass] of Object.entries(storageClasses)) {
      new kubernetes.storage.v1.StorageClass(
        `${resourceName}-class-${className}`,
        {
          metadata: {
            name: className,
            annotations: {
              "storageclass.kubernetes.io/is-default-class": String(storageClass.default),
            },
          },
          provisioner: "rancher.io/local-path",
          reclaimPolicy: storageClass.reclaimPolicy,
          // the directory is made on the node that the scheduler has chosen for the pod
          volumeBindingMode: "WaitForFirstConsumer",
        },
        child,
      );
    }
    this.registerOutputs();
  }
}

/** https://github.com/rancher/local-path-provisioner#configuration */
export function localPathSettings(
  storageClasses: StorageClasses,
  helperImage: string,
): Readonly<Record<string, string>> {
  const everyNode = (path: string) => ({
    nodePathMap: [{ node: "DEFAULT_PATH_FOR_NON_LISTED_NODES", paths: [path] }],
  });
  const storageClassConfigs = Object.fromEntries(
    Object.entries(storageClasses).map(([each, { path }]) => [each, everyNode(path)]),
  );
  return {
    "config.json": `${JSON.stringify({ nodePathMap: [], storageClassConfigs }, null, 2)}\n`,
    setup: '#!/bin/sh\nset -eu\nmkdir -p "$VOL_DIR"\nchmod 0777 "$VOL_DIR"\n',
    teardown: '#!/bin/sh\nset -eu\nrm -rf "$VOL_DIR"\n',
    "helperPod.yaml": toYaml({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "helper-pod" },
      spec: {
        priorityClassName: "system-node-critical",
        // wherever a pod may run, its volume can be made and deleted
        tolerations: [{ operator: "Exists" }],
        automountServiceAccountToken: false,
        containers: [
          {
            name: "helper-pod",
            image: helperImage,
            resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "64Mi" } },
          },
        ],
      },
    }),
  };
}

const reading = ["get", "list", "watch"];
const writing = [...reading, "create", "patch", "update", "delete"];

const clusterRules = [
  { apiGroups: [""], resources: ["nodes", "persistentvolumeclaims"], verbs: reading },
  { apiGroups: [""], resources: ["persistentvolumes"], verbs: writing },
  { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
  { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: reading },
];

const helperRules = [
  { apiGroups: [""], resources: ["pods"], verbs: writing },
  { apiGroups: [""], resources: ["pods/log", "configmaps"], verbs: reading },
];

function provisionerDeployment(
  image: string,
  settings: Readonly<Record<string, string>>,
): kubernetes.types.input.apps.v1.DeploymentSpec {
  return {
    replicas: 1,
    // two at a time would both make each volume
    strategy: { type: "Recreate" },
    selector: { matchLabels: labels },
    template: {
      // a new class is served at once, not when the mounted file has followed
      metadata: { labels, annotations: settingsAnnotation(JSON.stringify(settings)) },
      spec: {
        priorityClassName: "system-cluster-critical",
        serviceAccountName: name,
        nodeSelector: { "kubernetes.io/os": "linux" },
        securityContext: restrictedPod(nonroot),
        containers: [
          {
            name,
            image,
            command: [name, "start", "--config", "/etc/config/config.json"],
            args: ["--service-account-name", name, "--configmap-name", configMap],
            env: [
              {
                name: "POD_NAMESPACE",
                valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } },
              },
              { name: "CONFIG_MOUNT_PATH", value: "/etc/config/" },
            ],
            // volumes that were released a moment before, as in the same run, are still taken away
            lifecycle: { preStop: { sleep: { seconds: 20 } } },
            resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "128Mi" } },
            securityContext: restrictedContainer,
            volumeMounts: [{ name: "settings", mountPath: "/etc/config", readOnly: true }],
          },
        ],
        volumes: [{ name: "settings", configMap: { name: configMap } }],
      },
    },
  };
}
