package tls

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"net"
	"net/url"

	"plinth/toolchain/plugins/property"
	"plinth/toolchain/plugins/provider"
)

var certRequest = &provider.Generated{
	Inputs: property.Map{
		"privateKeyPem": nil, "subject": nil, "dnsNames": nil, "ipAddresses": nil, "uris": nil,
	},
	Required: []string{"privateKeyPem"},
	Computed: []string{"certRequestPem", "keyAlgorithm"},
	Secrets:  []string{"privateKeyPem"},
	Validate: validateNames,
	Generate: func(inputs property.Map) (string, property.Map, error) {
		key, algorithm, err := parseKey(inputs["privateKeyPem"])
		if err != nil {
			return "", nil, err
		}
		names, err := namesOf(inputs)
		if err != nil {
			return "", nil, err
		}
		der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{
			Subject: names.subject, DNSNames: names.dns, IPAddresses: names.ips, URIs: names.uris,
		}, key)
		if err != nil {
			return "", nil, err
		}
		return digest(der), property.Map{
			"certRequestPem": encodePEM("CERTIFICATE REQUEST", der), "keyAlgorithm": algorithm,
		}, nil
	},
}

// names are whom a certificate speaks for.
type names struct {
	subject pkix.Name
	dns     []string
	ips     []net.IP
	uris    []*url.URL
}

func namesOf(inputs property.Map) (names, error) {
	subject, _ := inputs["subject"].(property.Map)
	found := names{subject: subjectName(subject), dns: stringsOf(inputs["dnsNames"])}
	for _, text := range stringsOf(inputs["ipAddresses"]) {
		ip := net.ParseIP(text)
		if ip == nil {
			return names{}, fmt.Errorf("ipAddresses: not an IP address: %q", text)
		}
		found.ips = append(found.ips, ip)
	}
	for _, text := range stringsOf(inputs["uris"]) {
		uri, err := url.Parse(text)
		if err != nil {
			return names{}, fmt.Errorf("uris: %w", err)
		}
		found.uris = append(found.uris, uri)
	}
	return found, nil
}

var oidEmailAddress = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}

func subjectName(subject property.Map) pkix.Name {
	text := func(key string) string { s, _ := subject[key].(string); return s }
	list := func(key string) []string {
		if s := text(key); s != "" {
			return []string{s}
		}
		return nil
	}
	name := pkix.Name{
		CommonName:         text("commonName"),
		SerialNumber:       text("serialNumber"),
		Organization:       list("organization"),
		OrganizationalUnit: list("organizationalUnit"),
		StreetAddress:      stringsOf(subject["streetAddresses"]),
		Locality:           list("locality"),
		Province:           list("province"),
		Country:            list("country"),
		PostalCode:         list("postalCode"),
	}
	if email := text("emailAddress"); email != "" {
		name.ExtraNames = []pkix.AttributeTypeAndValue{{
			Type:  oidEmailAddress,
			Value: asn1.RawValue{Tag: asn1.TagIA5String, Bytes: []byte(email)},
		}}
	}
	return name
}

func validateNames(inputs property.Map) []provider.Failure {
	if _, err := namesOf(property.PlainMap(inputs)); err != nil {
		return []provider.Failure{{Reason: err.Error()}}
	}
	return nil
}

func stringsOf(list any) []string {
	items, _ := list.([]any)
	var texts []string
	for _, item := range items {
		if text, ok := item.(string); ok {
			texts = append(texts, text)
		}
	}
	return texts
}
