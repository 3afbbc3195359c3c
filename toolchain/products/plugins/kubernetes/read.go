package kubernetes

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"plinth/toolchain/plugins/property"
	"plinth/toolchain/plugins/provider"
)

// Read finds the live object. Its inputs are the live values of the fields
// that the program set, so that drift shows there; for an import they are
// everything that the cluster did not add itself.
func (o *object) Read(ctx context.Context, r provider.Request) (provider.State, error) {
	if o.unreachable != "" {
		return o.readUnreachable(ctx, r)
	}
	namespace, name := parseID(r.ID)
	inputs := normalize(toObject(r.OldInputs))
	imported := inputs.GetKind() == ""
	if imported {
		inputs.SetGroupVersionKind(o.gvk)
	}
	client, err := o.cluster.resource(inputs.GroupVersionKind(), namespace)
	if meta.IsNoMatchError(err) {
		return provider.State{}, nil // its definition is gone, and the object with it
	}
	if err != nil {
		return provider.State{}, err
	}
	live, err := client.Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return provider.State{}, nil
	}
	if err != nil {
		return provider.State{}, err
	}
	liveInputs := prune(live, inputs)
	if imported {
		liveInputs = importedInputs(live)
	}
	old := parseStored(r.State)
	s := stored{
		inputs: liveInputs, live: live, apiVersion: old.apiVersion,
		fieldManager: fieldManager(inputs, old.fieldManager),
	}
	if s.apiVersion == "" {
		s.apiVersion = live.GetAPIVersion()
	}
	state := provider.State{ID: r.ID, Inputs: fromObject(liveInputs), Properties: s.properties(r.OldInputs)}
	markSecrets(state.Inputs, r.OldInputs)
	if !imported && !annotated(inputs, annotationSkipAwait) {
		if err := o.readReady(ctx, live); err != nil {
			return state, &provider.PartialError{
				ID: r.ID, State: state.Properties, Inputs: state.Inputs, Reasons: []string{err.Error()},
			}
		}
	}
	return state, nil
}

func (p *plugin) readUnreachable(ctx context.Context, r provider.Request) (provider.State, error) {
	r.Log.Warning(ctx, p.errUnreachable().Error())
	switch {
	case p.deleteUnreachable:
		r.Log.Info(ctx, "deleteUnreachable is set: deleting the unreachable resource from Pulumi state")
		return provider.State{}, nil
	case p.skipUpdateUnreachable:
		r.Log.Info(ctx, "skipUpdateUnreachable is set: the state may not reflect the actual cluster")
		return provider.State{ID: r.ID, Inputs: r.OldInputs, Properties: r.State}, nil
	}
	return provider.State{}, fmt.Errorf("failed to read resource state due to unreachable cluster. If the " +
		"cluster was deleted, you can remove this resource from Pulumi state by rerunning the operation " +
		"with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to \"true\"")
}

// importedInputs are all fields of a live object that a program may set.
func importedInputs(live *unstructured.Unstructured) *unstructured.Unstructured {
	inputs := live.DeepCopy()
	delete(inputs.Object, "status")
	for _, field := range serverFields {
		delete(metadata(inputs), field)
	}
	if annotations, ok := metadata(inputs)["annotations"].(property.Map); ok {
		delete(annotations, "deployment.kubernetes.io/revision")
		delete(annotations, "kubectl.kubernetes.io/last-applied-configuration")
		if len(annotations) == 0 {
			delete(metadata(inputs), "annotations")
		}
	}
	return inputs
}
