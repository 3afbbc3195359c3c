package kubernetes

import (
	"context"
	"fmt"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"

	"plinth/toolchain/plugins/provider"
)

// Delete deletes in the foreground and waits until the object is gone.
func (o *object) Delete(ctx context.Context, r provider.Request) error {
	if o.unreachable != "" {
		return o.forgetUnreachable(ctx, r)
	}
	old := parseStored(r.State)
	_, name := parseID(r.ID)
	client, err := o.cluster.resourceOf(old.live)
	if meta.IsNoMatchError(err) {
		return nil // its definition is gone, and the object with it
	}
	if err != nil {
		return err
	}
	if o.patch {
		return relinquish(ctx, client, old)
	}
	policy := propagation(old.inputs)
	err = client.Delete(ctx, name, metav1.DeleteOptions{PropagationPolicy: &policy})
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil || (annotated(old.inputs, annotationSkipAwait) && skipsDeletion[o.gvk.Kind]) {
		return err
	}
	last := old.live
	err = poll(ctx, timeout(r, old.inputs), func() (string, error) {
		live, err := client.Get(ctx, name, metav1.GetOptions{})
		if apierrors.IsNotFound(err) || (err == nil && live.GetUID() != old.live.GetUID()) {
			return "", nil
		}
		if err != nil {
			return err.Error(), nil
		}
		last = live
		return waitingFor(live), nil
	}, nil)
	if err != nil {
		old.live = last
		return &provider.PartialError{ID: r.ID, State: old.properties(r.OldInputs), Reasons: []string{
			fmt.Sprintf("deletion of %q did not finish: %v", r.ID, err),
		}}
	}
	return nil
}

// forgetUnreachable is a deletion without a cluster: an error, unless it is
// said to be gone for good.
func (p *plugin) forgetUnreachable(ctx context.Context, r provider.Request) error {
	r.Log.Warning(ctx, p.errUnreachable().Error())
	if p.deleteUnreachable {
		r.Log.Info(ctx, "deleteUnreachable is set: deleting the unreachable resource from Pulumi state")
		return nil
	}
	return fmt.Errorf("%w. If the cluster was deleted, you can remove this resource from Pulumi state by "+
		"rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to \"true\"",
		p.errUnreachable())
}

// relinquish gives up all fields of a patch. It must not apply to an object
// that is gone: that would make a new one.
func relinquish(ctx context.Context, client dynamic.ResourceInterface, old stored) error {
	if _, err := client.Get(ctx, old.live.GetName(), metav1.GetOptions{}); err != nil {
		if apierrors.IsNotFound(err) {
			return nil
		}
		return err
	}
	nothing := &unstructured.Unstructured{}
	nothing.SetGroupVersionKind(old.live.GroupVersionKind())
	nothing.SetNamespace(old.live.GetNamespace())
	nothing.SetName(old.live.GetName())
	_, err := apply(ctx, client, nothing, old.fieldManager, false, false)
	return err
}

func waitingFor(live *unstructured.Unstructured) string {
	if finalizers := live.GetFinalizers(); len(finalizers) > 0 {
		return "finalizers on the resource: " + strings.Join(finalizers, ", ")
	}
	return "the object still exists"
}

// skipsDeletion are the kinds whose deletion is not awaited either with
// skipAwait; upstream keeps it to these for compatibility.
var skipsDeletion = map[string]bool{
	"Namespace": true, "Pod": true, "ReplicationController": true,
	"DaemonSet": true, "Deployment": true, "StatefulSet": true, "Job": true,
}

func propagation(inputs *unstructured.Unstructured) metav1.DeletionPropagation {
	switch strings.ToLower(annotation(inputs, annotationDeletion)) {
	case "orphan":
		return metav1.DeletePropagationOrphan
	case "background":
		return metav1.DeletePropagationBackground
	default:
		return metav1.DeletePropagationForeground
	}
}
