package property

import (
	"fmt"

	"google.golang.org/protobuf/types/known/structpb"
)

// The engine's wire marks, from pulumi/sdk/go/common/resource.
const (
	signatureKey    = "4dabf18193072939515e22adb298388d"
	secretSignature = "1b47061264138c4ac30d75fd1eb44270"
	outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
	unknownMark     = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
)

// unknownMarks are all spellings of an unknown value, one for each type; only
// the first is ever sent back.
var unknownMarks = map[string]bool{
	unknownMark:                            true,
	"1c4a061d-8072-4f0a-a4cb-0ff528b18fe7": true, // bool
	"3eeb2bf0-c639-47a8-9e75-3b44932eb421": true, // number
	"6a19a0b0-7e62-4c92-b797-7f8e31da9cc2": true, // array
	"030794c1-ac77-496b-92df-f27374a8bd58": true, // asset
	"e48ece36-62e2-4504-bad9-02848725956a": true, // archive
	"dd056dcd-154b-4c76-9bd3-c8f88648b5ff": true, // object
}

// Decode reads properties from their wire form.
func Decode(s *structpb.Struct) Map {
	m := make(Map, len(s.GetFields()))
	for key, value := range s.GetFields() {
		m[key] = decodeValue(value)
	}
	return m
}

func decodeValue(v *structpb.Value) any {
	switch kind := v.GetKind().(type) {
	case *structpb.Value_BoolValue:
		return kind.BoolValue
	case *structpb.Value_NumberValue:
		return kind.NumberValue
	case *structpb.Value_StringValue:
		if unknownMarks[kind.StringValue] {
			return Unknown{}
		}
		return kind.StringValue
	case *structpb.Value_ListValue:
		items := make([]any, len(kind.ListValue.GetValues()))
		for i, item := range kind.ListValue.GetValues() {
			items[i] = decodeValue(item)
		}
		return items
	case *structpb.Value_StructValue:
		return decodeStruct(kind.StructValue)
	default:
		return nil
	}
}

func decodeStruct(s *structpb.Struct) any {
	switch s.GetFields()[signatureKey].GetStringValue() {
	case secretSignature:
		return Conceal(decodeValue(s.GetFields()["value"]))
	case outputSignature:
		var value any = Unknown{}
		if known, ok := s.GetFields()["value"]; ok {
			value = decodeValue(known)
		}
		if s.GetFields()["secret"].GetBoolValue() {
			return Conceal(value)
		}
		return value
	default:
		return Decode(s)
	}
}

// Encode writes properties in their wire form.
func Encode(m Map) (*structpb.Struct, error) {
	fields := make(map[string]*structpb.Value, len(m))
	for key, value := range m {
		encoded, err := encodeValue(value)
		if err != nil {
			return nil, fmt.Errorf("property %q: %w", key, err)
		}
		fields[key] = encoded
	}
	return &structpb.Struct{Fields: fields}, nil
}

func encodeValue(v any) (*structpb.Value, error) {
	switch v := v.(type) {
	case Unknown:
		return structpb.NewStringValue(unknownMark), nil
	case Secret:
		s, err := Encode(Map{signatureKey: secretSignature, "value": v.Value})
		return structpb.NewStructValue(s), err
	case Map:
		s, err := Encode(v)
		return structpb.NewStructValue(s), err
	case []any:
		list := &structpb.ListValue{Values: make([]*structpb.Value, len(v))}
		for i, item := range v {
			encoded, err := encodeValue(item)
			if err != nil {
				return nil, err
			}
			list.Values[i] = encoded
		}
		return structpb.NewListValue(list), nil
	default:
		return structpb.NewValue(v)
	}
}
