package kubernetes

import (
	"context"
	"fmt"
	"math"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

func deploymentReady(_ context.Context, look *awaiting) (string, error) {
	if stale(look.live) {
		return "[1/2] Waiting for the controller to see the new spec", nil
	}
	replicas := numberOr(look.live, 1, "spec", "replicas")
	updated := number(look.live, "status", "updatedReplicas")
	progressing, available := condition(look.live, "Progressing"), condition(look.live, "Available")
	deadline := numberOr(look.live, 600, "spec", "progressDeadlineSeconds")
	switch {
	// Without a deadline the controller reports no progress.
	case deadline < math.MaxInt32 && progressing.reason != "NewReplicaSetAvailable":
		return fmt.Sprintf("[1/2] Waiting for app ReplicaSet to be available (%d/%d Pods available)%s",
			number(look.live, "status", "availableReplicas"), replicas, progressing), nil
	case updated < replicas, number(look.live, "status", "readyReplicas") < replicas,
		number(look.live, "status", "unavailableReplicas") > 0:
		return fmt.Sprintf("[1/2] Waiting for app ReplicaSet to be available (%d/%d Pods available)%s",
			number(look.live, "status", "availableReplicas"), replicas, available), nil
	case number(look.live, "status", "replicas") > updated:
		return "[1/2] Waiting for old Pods to end", nil
	case available.status != "True":
		return "[2/2] Waiting for the Deployment to be available" + available.String(), nil
	}
	return "", nil
}

func daemonSetReady(_ context.Context, look *awaiting) (string, error) {
	desired := number(look.live, "status", "desiredNumberScheduled")
	updated := number(look.live, "status", "updatedNumberScheduled")
	onDelete := text(look.live, "spec", "updateStrategy", "type") == "OnDelete"
	switch {
	case stale(look.live):
		return "Waiting for the controller to see the new spec", nil
	case number(look.live, "status", "currentNumberScheduled") < desired,
		!onDelete && updated < desired,
		number(look.live, "status", "numberAvailable") < desired,
		number(look.live, "status", "numberReady") < desired:
		return fmt.Sprintf("Waiting for DaemonSet Pods (%d updated, %d available, %d desired)",
			updated, number(look.live, "status", "numberAvailable"), desired), nil
	}
	return "", nil
}

func statefulSetReady(_ context.Context, look *awaiting) (string, error) {
	if stale(look.live) {
		return "Waiting for the controller to see the new spec", nil
	}
	replicas := numberOr(look.live, 1, "spec", "replicas")
	ready := number(look.live, "status", "readyReplicas")
	if number(look.live, "status", "replicas") != replicas || ready != replicas {
		return fmt.Sprintf("Waiting for StatefulSet Pods (%d/%d Pods ready)", ready, replicas), nil
	}
	if look.live.GetGeneration() > 1 && text(look.live, "spec", "updateStrategy", "type") == "OnDelete" {
		return "", nil
	}
	current, update := text(look.live, "status", "currentRevision"), text(look.live, "status", "updateRevision")
	if current == "" || current != update || number(look.live, "status", "currentReplicas") != replicas {
		return "Waiting for StatefulSet to update .status.currentRevision", nil
	}
	return "", nil
}

func jobReady(_ context.Context, look *awaiting) (string, error) {
	if failed := condition(look.live, "Failed"); failed.status == "True" {
		return "", fmt.Errorf("job has failed%s", failed)
	}
	if condition(look.live, "Complete").status == "True" {
		return "", nil
	}
	return fmt.Sprintf("Waiting for Job to complete (%d active, %d succeeded, %d failed)",
		number(look.live, "status", "active"), number(look.live, "status", "succeeded"),
		number(look.live, "status", "failed")), nil
}

func podReady(_ context.Context, look *awaiting) (string, error) {
	phase, ready := text(look.live, "status", "phase"), condition(look.live, "Ready")
	if phase == "Succeeded" || (phase == "Running" && ready.status == "True") {
		return "", nil
	}
	return fmt.Sprintf("Waiting for Pod to be ready (phase %q)%s", phase, ready), nil
}

// podReasons tells why the pods of a workload do not run; it is added to the
// error of a wait that was in vain.
func (look *awaiting) podReasons(ctx context.Context) string {
	if look.live.GetKind() == "Pod" {
		return containerReasons(look.live)
	}
	labels, _, _ := unstructured.NestedStringMap(look.live.Object, "spec", "selector", "matchLabels")
	if len(labels) == 0 {
		return ""
	}
	client, err := look.resource(schema.GroupVersionKind{Version: "v1", Kind: "Pod"}, look.live.GetNamespace())
	if err != nil {
		return ""
	}
	pods, err := client.List(context.WithoutCancel(ctx), metav1.ListOptions{
		LabelSelector: metav1.FormatLabelSelector(&metav1.LabelSelector{MatchLabels: labels}), Limit: 20,
	})
	if err != nil {
		return ""
	}
	var reasons strings.Builder
	for i := range pods.Items {
		reasons.WriteString(containerReasons(&pods.Items[i]))
	}
	return reasons.String()
}

func containerReasons(pod *unstructured.Unstructured) string {
	var reasons strings.Builder
	if scheduled := condition(pod, "PodScheduled"); scheduled.status == "False" {
		fmt.Fprintf(&reasons, "\n  [Pod %s]%s", id(pod), scheduled)
	}
	for _, list := range []string{"initContainerStatuses", "containerStatuses"} {
		statuses, _, _ := unstructured.NestedSlice(pod.Object, "status", list)
		for _, status := range statuses {
			container, _ := status.(map[string]any)
			for _, state := range []string{"waiting", "terminated"} {
				reason, ok, _ := unstructured.NestedString(container, "state", state, "reason")
				if !ok || reason == "Completed" || reason == "PodInitializing" {
					continue
				}
				message, _, _ := unstructured.NestedString(container, "state", state, "message")
				fmt.Fprintf(&reasons, "\n  [Pod %s] container %v: %s %s", id(pod), container["name"], reason, message)
			}
		}
	}
	return reasons.String()
}
