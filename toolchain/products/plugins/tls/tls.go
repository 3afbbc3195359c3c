// Package tls stands in for the Pulumi provider tls.
package tls

import (
	"fmt"

	"plinth/toolchain/plugins/provider"
)

// New is the plugin tls.
func New() provider.Plugin { return plugin{} }

type plugin struct{ provider.Unconfigured }

var resources = map[string]provider.Resource{
	"tls:index/privateKey:PrivateKey":               privateKey,
	"tls:index/certRequest:CertRequest":             certRequest,
	"tls:index/selfSignedCert:SelfSignedCert":       selfSignedCert,
	"tls:index/locallySignedCert:LocallySignedCert": locallySignedCert,
}

func (plugin) Resource(token string) (provider.Resource, error) {
	if resource, ok := resources[token]; ok {
		return resource, nil
	}
	return nil, fmt.Errorf("this stand-in of tls has no resource type %q", token)
}
