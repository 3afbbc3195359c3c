// Package property holds Pulumi property values as plain Go values.
//
// A value is nil, bool, float64, string, []any, map[string]any, Secret or
// Unknown. Plain Go values keep the four providers free of the engine's own
// value types, which weigh more than everything else in this program.
package property

import "reflect"

// Map is a bag of properties.
type Map = map[string]any

// Secret marks a value that the engine must encrypt wherever it stores it.
type Secret struct{ Value any }

// Unknown stands for a value that a preview cannot know yet.
type Unknown struct{}

// Reveal takes the outer secret mark off a value.
func Reveal(v any) any {
	for {
		secret, ok := v.(Secret)
		if !ok {
			return v
		}
		v = secret.Value
	}
}

// Conceal marks a value as secret, once.
func Conceal(v any) any {
	return Secret{Value: Reveal(v)}
}

// Plain copies a value without any secret mark, at every depth.
func Plain(v any) any {
	switch v := Reveal(v).(type) {
	case Map:
		return PlainMap(v)
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = Plain(item)
		}
		return items
	default:
		return v
	}
}

// PlainMap is Plain for a bag of properties.
func PlainMap(m Map) Map {
	plain := make(Map, len(m))
	for key, value := range m {
		plain[key] = Plain(value)
	}
	return plain
}

// HasUnknown tells whether a value is unknown at any depth.
func HasUnknown(v any) bool {
	return contains(v, func(v any) bool { _, ok := v.(Unknown); return ok })
}

// HasSecret tells whether a value is secret at any depth.
func HasSecret(v any) bool {
	return contains(v, func(v any) bool { _, ok := v.(Secret); return ok })
}

func contains(v any, match func(any) bool) bool {
	if match(v) {
		return true
	}
	switch v := v.(type) {
	case Secret:
		return contains(v.Value, match)
	case Map:
		for _, value := range v {
			if contains(value, match) {
				return true
			}
		}
	case []any:
		for _, item := range v {
			if contains(item, match) {
				return true
			}
		}
	}
	return false
}

// Equal compares two values and ignores which of them is secret: a value that
// becomes secret is stored anew, it does not change the resource.
func Equal(a, b any) bool {
	return reflect.DeepEqual(Plain(a), Plain(b))
}

// Clone copies the outermost level of a bag.
func Clone(m Map) Map {
	clone := make(Map, len(m))
	for key, value := range m {
		clone[key] = value
	}
	return clone
}

// KeepSecrets marks every top-level output as secret whose input was secret.
func KeepSecrets(outputs, inputs Map) {
	for key, input := range inputs {
		if output, ok := outputs[key]; ok && HasSecret(input) {
			outputs[key] = Conceal(output)
		}
	}
}
