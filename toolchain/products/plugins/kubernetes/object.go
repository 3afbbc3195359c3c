package kubernetes

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"plinth/toolchain/plugins/property"
	"plinth/toolchain/plugins/provider"
)

// Annotations that steer the provider.
const (
	annotationAutonamed    = "pulumi.com/autonamed"
	annotationDeletion     = "pulumi.com/deletionPropagationPolicy"
	annotationFieldManager = "pulumi.com/patchFieldManager"
	annotationPatchForce   = "pulumi.com/patchForce"
	annotationSkipAwait    = "pulumi.com/skipAwait"
	annotationTimeout      = "pulumi.com/timeoutSeconds"
)

// createManager owns the fields of a created object until its first update.
const createManager = "pulumi-kubernetes"

// object is the life of one kind of objects.
type object struct {
	*plugin
	gvk schema.GroupVersionKind
	// patch marks a resource such as NodePatch: some fields of an object whose
	// life is somebody else's.
	patch bool
}

// Check normalizes the inputs and completes the object's name and namespace.
func (o *object) Check(
	ctx context.Context, r provider.Request,
) (property.Map, []provider.Failure, error) {
	if o.unreachable != "" && o.skipUpdateUnreachable {
		r.Log.Warning(ctx, "Cluster is unreachable but skipUpdateUnreachable flag is set to true, skipping...")
		return r.OldInputs, nil, nil
	}
	news := normalize(toObject(r.Inputs))
	if o.gvk.Kind != "" && news.GetKind() == "" {
		news.SetGroupVersionKind(o.gvk)
	}
	if err := o.name(news, toObject(r.OldInputs), r.Name); err != nil {
		return nil, nil, err
	}
	if o.namespace != "" && !hasMetadata(news, "namespace") && o.namespacedKind(news.GroupVersionKind()) {
		setMetadata(news, "namespace", o.namespace)
	}
	checked := fromObject(news)
	markSecrets(checked, r.Inputs)
	return checked, nil, nil
}

// name keeps an old generated name or makes one, for an object that has none.
func (o *object) name(news, olds *unstructured.Unstructured, resource string) error {
	if hasMetadata(news, "name") {
		return nil
	}
	if o.patch {
		return fmt.Errorf("patch resources require the `.metadata.name` field to be set")
	}
	if hasMetadata(news, "generateName") {
		return fmt.Errorf("the `.metadata.generateName` field is not supported in Server-Side Apply mode")
	}
	name := ""
	if annotated(olds, annotationAutonamed) {
		name = olds.GetName()
	}
	if name == "" && len(olds.Object) > 0 {
		return nil // its name was taken away; the update will say so
	}
	if name == "" {
		name = resource + "-" + randomHex(4)
	}
	setMetadata(news, "name", name)
	setMetadata(news, "annotations", annotationAutonamed, "true")
	return nil
}

// fieldManager is who owns the fields that an update sets.
func fieldManager(inputs *unstructured.Unstructured, previous string) string {
	if manager := annotation(inputs, annotationFieldManager); manager != "" {
		return manager
	}
	if previous != "" {
		return previous
	}
	return createManager + "-" + randomHex(4)
}

func randomHex(bytes int) string {
	data := make([]byte, bytes)
	// Never fails: the runtime ends the program when there is no entropy.
	_, _ = rand.Read(data)
	return hex.EncodeToString(data)
}

// id is namespace/name, or the name alone.
func id(obj *unstructured.Unstructured) string {
	if obj.GetNamespace() == "" {
		return obj.GetName()
	}
	return obj.GetNamespace() + "/" + obj.GetName()
}

func parseID(id string) (namespace, name string) {
	namespace, name, ok := strings.Cut(id, "/")
	if !ok {
		return "", id
	}
	return namespace, name
}

// The accessors of Unstructured copy what they return and know no Unknown;
// these do without.

func metadata(obj *unstructured.Unstructured) map[string]any {
	m, _ := obj.Object["metadata"].(map[string]any)
	return m
}

func hasMetadata(obj *unstructured.Unstructured, field string) bool {
	value := metadata(obj)[field]
	return value != nil && value != ""
}

// setMetadata sets a value at a path below metadata: the last of pathAndValue.
func setMetadata(obj *unstructured.Unstructured, pathAndValue ...string) {
	at := obj.Object
	path := append([]string{"metadata"}, pathAndValue[:len(pathAndValue)-1]...)
	for _, key := range path[:len(path)-1] {
		next, ok := at[key].(map[string]any)
		if !ok {
			next = map[string]any{}
			at[key] = next
		}
		at = next
	}
	at[path[len(path)-1]] = pathAndValue[len(pathAndValue)-1]
}

func annotation(obj *unstructured.Unstructured, name string) string {
	annotations, _ := metadata(obj)["annotations"].(map[string]any)
	value, _ := annotations[name].(string)
	return value
}

func annotated(obj *unstructured.Unstructured, name string) bool {
	return annotation(obj, name) == "true"
}
