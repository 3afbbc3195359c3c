import type * as kubernetes from "@pulumi/kubernetes";
import type { StorageClassConfig } from "./schema";
import { toYaml } from "../../../components/text/yaml";
import { addonNamespace } from "../../kit/addon-namespace";
import { type AddonObject, namesOf } from "../../kit/addon-object";
import { configMap, deployment, storageClass } from "../../kit/kinds";
import { clusterAccess, namespaceAccess } from "../../kit/rbac";
import { nonroot, restrictedContainer, restrictedPod } from "../../kit/restricted-pod";
import { settingsAnnotation } from "../../kit/settings-annotation";

type StorageClasses = Readonly<Record<string, StorageClassConfig>>;
type Images = Readonly<Record<"local-path-provisioner" | "busybox", string>>;

const namespace = "local-path-storage";
const name = "local-path-provisioner";
const labels = { "app.kubernetes.io/name": name };
const configMapName = "local-path-config";

/** The storage classes of the type local-path, and what serves them. */
export function localPathObjects(
  storageClasses: StorageClasses,
  images: Images,
): readonly AddonObject[] {
  const after = ["namespace"];
  const data = localPathSettings(storageClasses, images.busybox);
  const account = { name, namespace };
  const needed: readonly AddonObject[] = [
    { name: "settings", object: configMap({ name: configMapName, namespace }, { data }), after },
    ...clusterAccess(account, { role: name, rules: clusterRules }, { after }),
    ...namespaceAccess(account, { role: name, namespace, rules: helperRules }, { after }),
  ];
  return [
    // the helper pods mount directories of the host
    addonNamespace(namespace, "privileged"),
    ...needed,
    {
      name: "deployment",
      object: deployment(
        { name, namespace, labels },
        { spec: provisionerDeployment(images[name], data) },
      ),
      after: namesOf(needed),
    },
    ...Object.entries(storageClasses).map(([className, settings]) => ({
      name: `class-${className}`,
      object: localPathClass(className, settings),
    })),
  ];
}

function localPathClass(className: string, settings: StorageClassConfig) {
  const annotations = {
    "storageclass.kubernetes.io/is-default-class": String(settings.default),
  };
  return storageClass(
    { name: className, annotations },
    {
      provisioner: "rancher.io/local-path",
      reclaimPolicy: settings.reclaimPolicy,
      // the directory is made on the node that the scheduler has chosen for the pod
      volumeBindingMode: "WaitForFirstConsumer",
    },
  );
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
            args: ["--service-account-name", name, "--configmap-name", configMapName],
            env: [
              {
                name: "POD_NAMESPACE",
                valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } },
              },
              { name: "CONFIG_MOUNT_PATH", value: "/etc/config/" },
            ],
            // volumes that were released a moment before, as in the same run, are still removed
            lifecycle: { preStop: { sleep: { seconds: 20 } } },
            resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "128Mi" } },
            securityContext: restrictedContainer,
            volumeMounts: [{ name: "settings", mountPath: "/etc/config", readOnly: true }],
          },
        ],
        volumes: [{ name: "settings", configMap: { name: configMapName } }],
      },
    },
  };
}
