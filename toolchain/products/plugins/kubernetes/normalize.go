package kubernetes

import (
	"encoding/base64"
	"reflect"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"

	"plinth/toolchain/plugins/property"
)

// custom tells whether a kind is none of Kubernetes' own.
func custom(gvk schema.GroupVersionKind) bool {
	return !scheme.Scheme.IsVersionRegistered(gvk.GroupVersion()) &&
		gvk.Group != "apiextensions.k8s.io" && gvk.Group != "apiregistration.k8s.io"
}

// normalize writes an object as the API server would, so that another spelling
// of the same (1000m for 1, stringData for data) is no difference.
func normalize(obj *unstructured.Unstructured) *unstructured.Unstructured {
	normal := obj
	if !property.HasUnknown(obj.Object) {
		switch {
		case isSecret(obj):
			normal = normalizeSecret(obj)
		case isCRD(obj):
			// The API server drops the first when false and ignores the second.
			preserve, _, err := unstructured.NestedBool(obj.Object, "spec", "preserveUnknownFields")
			if err == nil && !preserve {
				unstructured.RemoveNestedField(obj.Object, "spec", "preserveUnknownFields")
			}
			unstructured.RemoveNestedField(obj.Object, "status")
		case !custom(obj.GroupVersionKind()):
			normal = throughType(obj)
		}
	}
	for _, field := range serverFields {
		unstructured.RemoveNestedField(normal.Object, "metadata", field)
	}
	return normal
}

// serverFields of the metadata are the API server's alone.
var serverFields = []string{
	"creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "generation",
	"managedFields", "resourceVersion", "uid", "selfLink",
}

// throughType converts an object to its Go type and back, and keeps only what
// the object itself says.
func throughType(obj *unstructured.Unstructured) *unstructured.Unstructured {
	typed, err := scheme.Scheme.New(obj.GroupVersionKind())
	if err != nil {
		return obj
	}
	converter := runtime.DefaultUnstructuredConverter
	// What does not fit the type is left for the API server to refuse.
	if err := converter.FromUnstructured(obj.Object, typed); err != nil {
		return obj
	}
	normal, err := converter.ToUnstructured(typed)
	if err != nil {
		return obj
	}
	return prune(&unstructured.Unstructured{Object: normal}, obj)
}

// normalizeSecret does what the API server does with stringData.
func normalizeSecret(obj *unstructured.Unstructured) *unstructured.Unstructured {
	data, _, _ := unstructured.NestedMap(obj.Object, "data")
	if data == nil {
		data = map[string]any{}
	}
	for key, value := range data {
		text, _ := value.(string)
		if decoded, err := base64.StdEncoding.DecodeString(text); err == nil {
			data[key] = base64.StdEncoding.EncodeToString(decoded)
		}
	}
	texts, _, err := unstructured.NestedStringMap(obj.Object, "stringData")
	if err != nil {
		return obj
	}
	for key, text := range texts {
		data[key] = base64.StdEncoding.EncodeToString([]byte(text))
	}
	unstructured.RemoveNestedField(obj.Object, "stringData")
	if len(data) > 0 {
		obj.Object["data"] = data
	}
	return obj
}

// prune cuts a live object to the shape of the inputs it came from: what the
// cluster added is nobody's difference.
func prune(live, inputs *unstructured.Unstructured) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: pruneMap(live.Object, inputs.Object)}
}

func pruneMap(live, inputs map[string]any) map[string]any {
	pruned := map[string]any{}
	for key, value := range live {
		if input, ok := inputs[key]; ok {
			pruned[key] = pruneValue(value, input)
		}
	}
	return pruned
}

func pruneValue(value, input any) any {
	switch value := value.(type) {
	case map[string]any:
		if input, ok := input.(map[string]any); ok {
			return pruneMap(value, input)
		}
	case []any:
		if input, ok := input.([]any); ok {
			return pruneList(value, input)
		}
	}
	return value
}

// pruneList keeps as many items as the inputs have: the cluster may have
// appended its own, such as injected containers or volumes.
func pruneList(live, inputs []any) []any {
	pruned := []any{}
	if len(live) > 0 && len(inputs) > 0 && reflect.TypeOf(live[0]) != reflect.TypeOf(inputs[0]) {
		return live
	}
	for i := 0; i < len(live) && i < len(inputs); i++ {
		pruned = append(pruned, pruneValue(live[i], inputs[i]))
	}
	return pruned
}

func isSecret(obj *unstructured.Unstructured) bool {
	return obj.GetAPIVersion() == "v1" && obj.GetKind() == "Secret"
}

func isCRD(obj *unstructured.Unstructured) bool {
	return obj.GroupVersionKind().Group == "apiextensions.k8s.io" && obj.GetKind() == "CustomResourceDefinition"
}
