package kubernetes

import (
	"math"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"plinth/toolchain/plugins/property"
)

// The SDKs write the schema extensions of custom resource definitions with
// underscores, because a dash is no part of an identifier.
const (
	dashed     = "x-kubernetes-"
	underlined = "x_kubernetes_"
)

// toObject makes an object of properties: no secret marks, whole numbers as
// integers. Unknowns stay, so that a preview can compare them.
func toObject(properties property.Map) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: toJSON(property.PlainMap(properties)).(map[string]any)}
}

func toJSON(v any) any {
	switch v := v.(type) {
	case property.Map:
		object := make(map[string]any, len(v))
		for key, value := range v {
			if name, ok := strings.CutPrefix(key, underlined); ok {
				key = dashed + strings.ReplaceAll(name, "_", "-")
			}
			object[key] = toJSON(value)
		}
		return object
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = toJSON(item)
		}
		return items
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int64(v)
		}
		return v
	default:
		return v
	}
}

// fromObject makes properties of an object.
func fromObject(obj *unstructured.Unstructured) property.Map {
	return toProperties(obj.Object).(property.Map)
}

func toProperties(v any) any {
	switch v := v.(type) {
	case map[string]any:
		properties := make(property.Map, len(v))
		for key, value := range v {
			if name, ok := strings.CutPrefix(key, dashed); ok {
				key = underlined + strings.ReplaceAll(name, "-", "_")
			}
			properties[key] = toProperties(value)
		}
		return properties
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = toProperties(item)
		}
		return items
	case int64:
		return float64(v)
	default:
		return v
	}
}

// Keys of a stored object beside the live object itself.
const (
	keyInputs       = "__inputs"
	keyAPIVersion   = "__initialApiVersion"
	keyFieldManager = "__fieldManager"
)

// stored is what the state keeps of an object.
type stored struct {
	inputs, live *unstructured.Unstructured
	apiVersion   string
	fieldManager string
}

func parseStored(state property.Map) stored {
	plain := property.PlainMap(state)
	inputs, _ := plain[keyInputs].(property.Map)
	s := stored{inputs: toObject(inputs)}
	s.apiVersion, _ = plain[keyAPIVersion].(string)
	s.fieldManager, _ = plain[keyFieldManager].(string)
	for _, key := range []string{keyInputs, keyAPIVersion, keyFieldManager} {
		delete(plain, key)
	}
	s.live = toObject(plain)
	return s
}

// properties are the stored form. Whatever was secret in the given inputs is
// secret in both the live object and the inputs.
func (s stored) properties(secrets property.Map) property.Map {
	properties, inputs := fromObject(s.live), fromObject(s.inputs)
	markSecrets(properties, secrets)
	markSecrets(inputs, secrets)
	properties[keyInputs] = inputs
	properties[keyAPIVersion] = s.apiVersion
	properties[keyFieldManager] = s.fieldManager
	return properties
}

// markSecrets copies the secret marks of inputs to the same places. It
// descends into objects, so that one secret does not hide a whole Deployment,
// but hides a list as a whole, because its items may have moved. The data of
// a Secret is always secret.
func markSecrets(properties, inputs property.Map) {
	if properties["kind"] == "Secret" {
		for _, key := range []string{"data", "stringData"} {
			if value, ok := properties[key]; ok {
				properties[key] = property.Conceal(value)
			}
		}
		return
	}
	for key, input := range inputs {
		value, ok := properties[key]
		if !ok || !property.HasSecret(input) {
			continue
		}
		valueMap, isMap := value.(property.Map)
		inputMap, wasMap := input.(property.Map)
		if isMap && wasMap {
			markSecrets(valueMap, inputMap)
		} else {
			properties[key] = property.Conceal(value)
		}
	}
}
