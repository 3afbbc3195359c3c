package kubernetes

import (
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// replaceFields are the fields that Kubernetes never changes in place, and the
// data of ConfigMaps and Secrets: a new one under a new name makes the pods
// that mount it roll.
func (o *object) replaceFields(obj *unstructured.Unstructured) []string {
	fields := []string{"metadata.name", "metadata.namespace"}
	if o.patch {
		return fields
	}
	immutable := obj.Object["immutable"] == true
	gvk := obj.GroupVersionKind()
	switch {
	case isSecret(obj) && (!o.secretMutable || immutable):
		return append(fields, "type", "stringData", "data")
	case gvk.Group == "" && gvk.Kind == "ConfigMap" && (!o.configMapMutable || immutable):
		return append(fields, "binaryData", "data")
	}
	return slices.Concat(fields, immutableFields[gvk.Group+"/"+gvk.Kind])
}

var immutableFields = map[string][]string{
	"apps/DaemonSet":  {"spec.selector"},
	"apps/Deployment": {"spec.selector"},
	"apps/StatefulSet": {
		"spec.podManagementPolicy", "spec.revisionHistoryLimit", "spec.selector",
		"spec.serviceName", "spec.volumeClaimTemplates",
	},
	"batch/Job": {"spec.completions", "spec.parallelism", "spec.selector", "spec.template"},
	"rbac.authorization.k8s.io/ClusterRoleBinding": {"roleRef"},
	"rbac.authorization.k8s.io/RoleBinding":        {"roleRef"},
	"storage.k8s.io/StorageClass":                  {"parameters", "provisioner"},

	"/PersistentVolume":      volumeSources,
	"/PersistentVolumeClaim": {"spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"},
	"/Pod": slices.Concat(podFields,
		containerFields("spec.containers"), containerFields("spec.initContainers")),
	"/ResourceQuota": {"spec.scopes"},
	"/Secret":        {"type"},
	"/Service":       {"spec.clusterIP"},
}

var volumeSources = []string{
	"spec.awsElasticBlockStore", "spec.azureDisk", "spec.azureFile", "spec.cephfs", "spec.cinder",
	"spec.csi", "spec.fc", "spec.flexVolume", "spec.flocker", "spec.gcePersistentDisk",
	"spec.glusterfs", "spec.hostPath", "spec.iscsi", "spec.local", "spec.nfs",
	"spec.photonPersistentDisk", "spec.portworxVolume", "spec.quobyte", "spec.rbd",
	"spec.scaleIO", "spec.storageos", "spec.vsphereVolume",
}

var podFields = []string{
	"spec.affinity", "spec.automountServiceAccountToken", "spec.dnsConfig", "spec.dnsPolicy",
	"spec.enableServiceLinks", "spec.hostAliases", "spec.hostIPC", "spec.hostNetwork",
	"spec.hostPID", "spec.hostname", "spec.imagePullSecrets", "spec.nodeName",
	"spec.nodeSelector", "spec.overhead", "spec.preemptionPolicy", "spec.priority",
	"spec.priorityClassName", "spec.readinessGates", "spec.restartPolicy",
	"spec.runtimeClassName", "spec.schedulerName", "spec.securityContext",
	"spec.serviceAccount", "spec.serviceAccountName", "spec.shareProcessNamespace",
	"spec.subdomain", "spec.terminationGracePeriodSeconds", "spec.volumes",
}

func containerFields(prefix string) []string {
	fields := []string{
		"args", "command", "env", "image", "imagePullPolicy", "lifecycle", "livenessProbe",
		"ports", "readinessProbe", "resources", "securityContext", "stdin", "stdinOnce",
		"terminationMessagePath", "terminationMessagePolicy", "tty", "volumeDevices",
		"volumeMounts", "workingDir",
	}
	for i, field := range fields {
		fields[i] = prefix + "." + field
	}
	return fields
}
