package kubernetes

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"plinth/toolchain/plugins/property"
	"plinth/toolchain/plugins/provider"
)

// createAttempts tolerate some disorder: an object before its namespace, a
// custom resource before its definition is established.
const (
	createAttempts   = 6
	createFirstDelay = time.Second
)

// Create posts an object and waits until it is ready. A preview asks the API
// server for a dry run where that can tell something.
func (o *object) Create(ctx context.Context, r provider.Request) (string, property.Map, error) {
	inputs := toObject(r.Inputs)
	gvk := inputs.GroupVersionKind()
	if r.Preview && (o.patch || o.unreachable != "" || property.HasUnknown(inputs.Object) || !o.cluster.serves(gvk)) {
		return "", r.Inputs, nil
	}
	if o.unreachable != "" {
		return "", nil, o.errUnreachable()
	}
	s := stored{
		inputs: inputs, apiVersion: inputs.GetAPIVersion(), fieldManager: fieldManager(inputs, ""),
	}
	var err error
	if s.live, err = o.post(ctx, r, inputs, s.fieldManager); err != nil {
		if r.Preview && previewMayFail(err) {
			return "", r.Inputs, nil
		}
		return "", nil, fmt.Errorf(
			"resource %q was not successfully created by the Kubernetes API server: %w", r.URN, err)
	}
	if r.Preview {
		delete(s.live.Object, "status")
		return "", s.properties(r.Inputs), nil
	}
	if isCRD(inputs) {
		o.cluster.mapper.Reset()
	}
	live, err := o.await(ctx, r, inputs, s.live, nil)
	s.live = live
	if err != nil {
		return "", nil, partial(s, r, fmt.Errorf("resource %q was successfully created, but the "+
			"Kubernetes API server reported that it failed to fully initialize or become live: %w", r.URN, err))
	}
	return id(s.live), s.properties(r.Inputs), nil
}

func (o *object) post(
	ctx context.Context, r provider.Request, inputs *unstructured.Unstructured, manager string,
) (*unstructured.Unstructured, error) {
	delay := createFirstDelay
	for attempt := 1; ; attempt++ {
		live, err := o.postOnce(ctx, r, inputs, manager)
		retry := apierrors.IsNotFound(err) || meta.IsNoMatchError(err)
		if !retry || r.Preview || attempt == createAttempts {
			return live, hint(err)
		}
		r.Log.Status(ctx, fmt.Sprintf("Retry #%d; creation failed: %v", attempt, err))
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(delay):
		}
		delay *= 2
	}
}

func (o *object) postOnce(
	ctx context.Context, r provider.Request, inputs *unstructured.Unstructured, manager string,
) (*unstructured.Unstructured, error) {
	gvk := inputs.GroupVersionKind()
	client, err := o.cluster.resource(gvk, inputs.GetNamespace())
	if err != nil {
		return nil, err
	}
	body := inputs.DeepCopy()
	if !o.namespacedKind(gvk) {
		body.SetNamespace("") // taken for namespaced before its definition was there
	}
	if o.upsertExisting || o.patch {
		return apply(ctx, client, body, manager, o.force(inputs, nil, r.Preview), r.Preview)
	}
	options := metav1.CreateOptions{FieldManager: createManager}
	if r.Preview {
		options.DryRun = []string{metav1.DryRunAll}
	}
	return client.Create(ctx, body, options)
}

// previewMayFail are the reasons why a dry run cannot tell: a namespace yet to
// come, an object that this very update will delete first, a missing right.
func previewMayFail(err error) bool {
	return apierrors.IsNotFound(err) || apierrors.IsAlreadyExists(err) || apierrors.IsForbidden(err)
}

func hint(err error) error {
	if !apierrors.IsAlreadyExists(err) {
		return err
	}
	return fmt.Errorf("%w\n\nThe resource already exists in the cluster. To adopt it use `pulumi import`, "+
		"or set upsertExistingObjects on the provider to let a create update existing objects", err)
}

// partial keeps an object in the state although it is not as it should be.
func partial(s stored, r provider.Request, err error) error {
	reasons := []string{err.Error()}
	return &provider.PartialError{ID: id(s.live), State: s.properties(r.Inputs), Reasons: reasons}
}
