package kubernetes

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/util/csaupgrade"

	"plinth/toolchain/plugins/property"
	"plinth/toolchain/plugins/provider"
)

// clientSideManagers are owners whose fields the first update takes over: the
// create itself, and people who used kubectl.
var clientSideManagers = sets.New("pulumi-kubernetes", "pulumi-resource-kubernetes", "kubectl", "before-first-apply")

// Update applies the inputs and waits until the object is ready again.
func (o *object) Update(ctx context.Context, r provider.Request) (property.Map, error) {
	news := normalize(toObject(r.Inputs))
	gvk := news.GroupVersionKind()
	if r.Preview && (o.unreachable != "" || property.HasUnknown(news.Object) || !o.cluster.serves(gvk)) {
		return r.Inputs, nil
	}
	if o.unreachable != "" {
		return nil, o.errUnreachable()
	}
	old := parseStored(r.State)
	s := stored{inputs: news, apiVersion: old.apiVersion, fieldManager: fieldManager(news, old.fieldManager)}

	client, err := o.cluster.resource(gvk, news.GetNamespace())
	if err != nil {
		return nil, fmt.Errorf("update of resource %q failed: %w", r.URN, err)
	}
	previous, err := client.Get(ctx, old.live.GetName(), metav1.GetOptions{})
	if err != nil {
		return nil, fmt.Errorf("update of resource %q failed: %w", r.URN, err)
	}
	s.live, err = o.change(ctx, client, r, news, previous, s.fieldManager)
	if r.Preview {
		if apierrors.IsForbidden(err) || (apierrors.IsInvalid(err) && ownedByCreate(previous)) {
			return r.Inputs, nil
		}
		if err != nil {
			return nil, err
		}
		return s.properties(r.Inputs), nil
	}
	if err == nil {
		s.live, err = o.await(ctx, r, news, s.live, previous)
	}
	if err != nil {
		live, getErr := client.Get(ctx, previous.GetName(), metav1.GetOptions{})
		if getErr != nil {
			return nil, errors.Join(fmt.Errorf("update of resource %q failed: %w", r.URN, err), getErr)
		}
		s.live = live
		return nil, partial(s, r, fmt.Errorf("the Kubernetes API server reported that %q failed to "+
			"fully initialize or become live: %w", id(live), err))
	}
	return s.properties(r.Inputs), nil
}

// change sends the new inputs: a definition of custom resources is put whole,
// everything else applied.
func (o *object) change(
	ctx context.Context, client dynamic.ResourceInterface, r provider.Request,
	news, previous *unstructured.Unstructured, manager string,
) (*unstructured.Unstructured, error) {
	news = news.DeepCopy()
	if previous.GetNamespace() == "" {
		news.SetNamespace("")
	}
	if isCRD(news) {
		news.SetResourceVersion(previous.GetResourceVersion())
		options := metav1.UpdateOptions{FieldManager: manager}
		if r.Preview {
			options.DryRun = []string{metav1.DryRunAll}
		}
		return client.Update(ctx, news, options)
	}
	keepIgnored(news, previous, r.IgnoreChanges)
	force := o.force(news, previous, r.Preview)
	if !r.Preview && !o.patch {
		if err := takeOver(ctx, client, previous, manager); err != nil {
			return nil, err
		}
	}
	return apply(ctx, client, news, manager, force, r.Preview)
}

// keepIgnored takes the live value where changes are to be ignored. The value
// of the program may be outdated, and applying it would fight its other owner.
func keepIgnored(news, live *unstructured.Unstructured, paths []string) {
	for _, path := range paths {
		keys := strings.Split(path, ".")
		value, ok, err := unstructured.NestedFieldCopy(live.Object, keys...)
		if !ok || err != nil {
			continue // not there, or in a list: the program's value stands
		}
		_ = unstructured.SetNestedField(news.Object, value, keys...)
	}
}

// takeOver turns the fields that a create owns into fields that an apply owns.
// Otherwise a field that leaves the inputs would stay in the cluster.
func takeOver(
	ctx context.Context, client dynamic.ResourceInterface, live *unstructured.Unstructured, manager string,
) error {
	patch, err := csaupgrade.UpgradeManagedFieldsPatch(live, clientSideManagers, manager)
	if err != nil || patch == nil {
		return err
	}
	_, err = client.Patch(ctx, live.GetName(), types.JSONPatchType, patch, metav1.PatchOptions{})
	if !apierrors.IsConflict(err) {
		return err
	}
	// The status moved in between; the owners of the rest are still the same.
	live, err = client.Get(ctx, live.GetName(), metav1.GetOptions{})
	if err != nil {
		return err
	}
	if patch, err = csaupgrade.UpgradeManagedFieldsPatch(live, clientSideManagers, manager); err != nil || patch == nil {
		return err
	}
	_, err = client.Patch(ctx, live.GetName(), types.JSONPatchType, patch, metav1.PatchOptions{})
	return err
}

func apply(
	ctx context.Context, client dynamic.ResourceInterface, obj *unstructured.Unstructured,
	manager string, force, dryRun bool,
) (*unstructured.Unstructured, error) {
	body, err := json.Marshal(obj.Object)
	if err != nil {
		return nil, err
	}
	options := metav1.PatchOptions{FieldManager: manager, Force: &force}
	if dryRun {
		options.DryRun = []string{metav1.DryRunAll}
	}
	live, err := client.Patch(ctx, obj.GetName(), types.ApplyPatchType, body, options)
	if apierrors.IsConflict(err) {
		err = fmt.Errorf("server-side apply field conflict detected: "+
			"the resource managed by field manager %q had an apply conflict: %w", manager, err)
	}
	return live, err
}

// force decides whether an apply takes fields from other owners.
func (o *object) force(inputs, live *unstructured.Unstructured, preview bool) bool {
	if o.patchForce || annotated(inputs, annotationPatchForce) {
		return true
	}
	if live == nil {
		return preview // a dry run before a replacement would meet the old object
	}
	return len(live.GetManagedFields()) == 0 || (preview && ownedByCreate(live))
}

// ownedByCreate tells whether an object has not been updated yet. A real
// update takes its fields over first, which a dry run cannot do: there the
// fields of both owners add up, and two ports without names are invalid.
func ownedByCreate(live *unstructured.Unstructured) bool {
	for _, entry := range live.GetManagedFields() {
		if entry.Operation == metav1.ManagedFieldsOperationUpdate && entry.Manager == createManager {
			return true
		}
	}
	return false
}
