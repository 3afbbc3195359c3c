// Package random stands in for the Pulumi provider random.
package random

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"

	"plinth/toolchain/plugins/property"
	"plinth/toolchain/plugins/provider"
)

// New is the plugin random.
func New() provider.Plugin { return plugin{} }

type plugin struct{ provider.Unconfigured }

var resources = map[string]provider.Resource{
	"random:index/randomBytes:RandomBytes":       randomBytes,
	"random:index/randomId:RandomId":             randomID,
	"random:index/randomPassword:RandomPassword": randomPassword,
}

func (plugin) Resource(token string) (provider.Resource, error) {
	if resource, ok := resources[token]; ok {
		return resource, nil
	}
	return nil, fmt.Errorf("this stand-in of random has no resource type %q", token)
}

var randomBytes = &provider.Generated{
	Inputs:   property.Map{"length": nil, "keepers": nil},
	Required: []string{"length"},
	Computed: []string{"base64", "hex"},
	Secrets:  []string{"base64", "hex"},
	Validate: atLeastOne("length"),
	Generate: func(inputs property.Map) (string, property.Map, error) {
		data := randomData(inputs["length"])
		encoded := base64.StdEncoding.EncodeToString(data)
		// The id is the value itself, in plain text, because it is so upstream.
		return encoded, property.Map{"base64": encoded, "hex": hex.EncodeToString(data)}, nil
	},
}

var randomID = &provider.Generated{
	Inputs:   property.Map{"byteLength": nil, "keepers": nil, "prefix": nil},
	Required: []string{"byteLength"},
	Computed: []string{"b64Std", "b64Url", "dec", "hex"},
	Validate: atLeastOne("byteLength"),
	Generate: func(inputs property.Map) (string, property.Map, error) {
		data := randomData(inputs["byteLength"])
		prefix, _ := inputs["prefix"].(string)
		id := base64.RawURLEncoding.EncodeToString(data)
		return id, property.Map{
			"b64Std": prefix + base64.StdEncoding.EncodeToString(data),
			"b64Url": prefix + id,
			"dec":    prefix + new(big.Int).SetBytes(data).String(),
			"hex":    prefix + hex.EncodeToString(data),
		}, nil
	},
}

func randomData(length any) []byte {
	n, _ := length.(float64)
	data := make([]byte, int(n))
	// Never fails: the runtime ends the program when there is no entropy.
	_, _ = rand.Read(data)
	return data
}

func atLeastOne(name string) func(property.Map) []provider.Failure {
	return func(inputs property.Map) []provider.Failure {
		if n, ok := property.Reveal(inputs[name]).(float64); ok && n >= 1 {
			return nil
		}
		return []provider.Failure{{
			Property: name,
			Reason:   fmt.Sprintf("%s must be a number of at least 1, got: %v", name, inputs[name]),
		}}
	}
}
