import type { types } from "@pulumi/kubernetes";
import type { KubernetesObject, ObjectMetadata } from "./addon-object";

type Fields<Kind> = Omit<Kind, keyof KubernetesObject>;

/** Objects of a kind from their metadata and the rest of their fields, which the SDK's types check. */
function kind<Kind>(apiVersion: string, name: string) {
  return <Given extends Fields<Kind>>(metadata: ObjectMetadata, fields: Given) => ({
    apiVersion,
    kind: name,
    metadata,
    ...fields,
  });
}

export const configMap = kind<types.input.core.v1.ConfigMap>("v1", "ConfigMap");
export const secret = kind<types.input.core.v1.Secret>("v1", "Secret");
export const service = kind<types.input.core.v1.Service>("v1", "Service");
export const namespace = kind<types.input.core.v1.Namespace>("v1", "Namespace");
export const serviceAccount = kind<types.input.core.v1.ServiceAccount>("v1", "ServiceAccount");
export const persistentVolumeClaim = kind<types.input.core.v1.PersistentVolumeClaim>(
  "v1",
  "PersistentVolumeClaim",
);

export const deployment = kind<types.input.apps.v1.Deployment>("apps/v1", "Deployment");
export const daemonSet = kind<types.input.apps.v1.DaemonSet>("apps/v1", "DaemonSet");

export const podDisruptionBudget = kind<types.input.policy.v1.PodDisruptionBudget>(
  "policy/v1",
  "PodDisruptionBudget",
);

const rbac = "rbac.authorization.k8s.io/v1";
export const role = kind<types.input.rbac.v1.Role>(rbac, "Role");
export const roleBinding = kind<types.input.rbac.v1.RoleBinding>(rbac, "RoleBinding");
export const clusterRole = kind<types.input.rbac.v1.ClusterRole>(rbac, "ClusterRole");
export const clusterRoleBinding = kind<types.input.rbac.v1.ClusterRoleBinding>(
  rbac,
  "ClusterRoleBinding",
);

const networking = "networking.k8s.io/v1";
export const ingress = kind<types.input.networking.v1.Ingress>(networking, "Ingress");
export const ingressClass = kind<types.input.networking.v1.IngressClass>(
  networking,
  "IngressClass",
);

export const storageClass = kind<types.input.storage.v1.StorageClass>(
  "storage.k8s.io/v1",
  "StorageClass",
);

export const apiService = kind<types.input.apiregistration.v1.APIService>(
  "apiregistration.k8s.io/v1",
  "APIService",
);
