package tls

import (
	"crypto"
	"crypto/rand"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"

	"plinth/toolchain/plugins/property"
	"plinth/toolchain/plugins/provider"
)

var certificateComputed = []string{"certPem", "validityStartTime", "validityEndTime", "readyForRenewal"}

// certificate is a Generated with what both kinds of certificates share.
func certificate(inputs property.Map, required []string, secret, keyAlgorithm string,
	validate func(property.Map) []provider.Failure,
	issue func(property.Map) (*issued, error),
) *provider.Generated {
	all := property.Map{
		"allowedUses": nil, "validityPeriodHours": nil, "earlyRenewalHours": 0.0,
		"isCaCertificate": false, "maxPathLength": -1.0, "setSubjectKeyId": false,
	}
	for name, standard := range inputs {
		all[name] = standard
	}
	return &provider.Generated{
		Inputs:   all,
		Required: append([]string{"allowedUses", "validityPeriodHours"}, required...),
		Computed: append([]string{keyAlgorithm}, certificateComputed...),
		Secrets:  []string{secret},
		InPlace:  []string{"earlyRenewalHours"},
		Validate: func(inputs property.Map) []provider.Failure {
			return append(validateUses(inputs), validate(inputs)...)
		},
		Expired: renewalDue,
		Generate: func(inputs property.Map) (string, property.Map, error) {
			made, err := issue(inputs)
			if err != nil {
				return "", nil, err
			}
			return made.serial.String(), property.Map{
				"certPem":           encodePEM("CERTIFICATE", made.der),
				"validityStartTime": made.from.Format(time.RFC3339),
				"validityEndTime":   made.until.Format(time.RFC3339),
				"readyForRenewal":   false,
				keyAlgorithm:        made.algorithm,
			}, nil
		},
	}
}

var selfSignedCert = certificate(
	property.Map{
		"privateKeyPem": nil, "subject": nil, "dnsNames": nil, "ipAddresses": nil, "uris": nil,
		"setAuthorityKeyId": false,
	},
	[]string{"privateKeyPem"}, "privateKeyPem", "keyAlgorithm",
	validateNames,
	func(inputs property.Map) (*issued, error) {
		key, algorithm, err := parseKey(inputs["privateKeyPem"])
		if err != nil {
			return nil, err
		}
		names, err := namesOf(inputs)
		if err != nil {
			return nil, err
		}
		template := &x509.Certificate{
			Subject: names.subject, DNSNames: names.dns, IPAddresses: names.ips, URIs: names.uris,
		}
		if inputs["setAuthorityKeyId"] == true {
			if template.AuthorityKeyId, err = subjectKeyID(key.Public()); err != nil {
				return nil, err
			}
		}
		return sign(inputs, template, template, key.Public(), key, algorithm)
	})

var locallySignedCert = certificate(
	property.Map{"certRequestPem": nil, "caCertPem": nil, "caPrivateKeyPem": nil},
	[]string{"certRequestPem", "caCertPem", "caPrivateKeyPem"}, "caPrivateKeyPem", "caKeyAlgorithm",
	func(property.Map) []provider.Failure { return nil },
	func(inputs property.Map) (*issued, error) {
		caKey, algorithm, err := parseKey(inputs["caPrivateKeyPem"])
		if err != nil {
			return nil, err
		}
		caDER, err := derOf(inputs["caCertPem"], "caCertPem")
		if err != nil {
			return nil, err
		}
		ca, err := x509.ParseCertificate(caDER)
		if err != nil {
			return nil, err
		}
		requestDER, err := derOf(inputs["certRequestPem"], "certRequestPem")
		if err != nil {
			return nil, err
		}
		request, err := x509.ParseCertificateRequest(requestDER)
		if err != nil {
			return nil, err
		}
		if err := request.CheckSignature(); err != nil {
			return nil, fmt.Errorf("certRequestPem: %w", err)
		}
		template := &x509.Certificate{
			Subject: pkix.Name{}, RawSubject: request.RawSubject,
			DNSNames: request.DNSNames, IPAddresses: request.IPAddresses, URIs: request.URIs,
		}
		return sign(inputs, template, ca, request.PublicKey, caKey, algorithm)
	})

// issued is a signed certificate and what its outputs tell of it.
type issued struct {
	serial      *big.Int
	der         []byte
	from, until time.Time
	algorithm   string
}

func sign(inputs property.Map, template, parent *x509.Certificate,
	public crypto.PublicKey, signer crypto.Signer, algorithm string,
) (*issued, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 128))
	if err != nil {
		return nil, err
	}
	hours, _ := inputs["validityPeriodHours"].(float64)
	made := &issued{serial: serial, from: time.Now(), algorithm: algorithm}
	made.until = made.from.Add(time.Duration(hours * float64(time.Hour)))

	template.SerialNumber, template.NotBefore, template.NotAfter = serial, made.from, made.until
	template.BasicConstraintsValid = true
	template.KeyUsage, template.ExtKeyUsage = usages(stringsOf(inputs["allowedUses"]))
	if inputs["isCaCertificate"] == true {
		template.IsCA = true
		if length, _ := inputs["maxPathLength"].(float64); length >= 0 {
			template.MaxPathLen, template.MaxPathLenZero = int(length), length == 0
		}
	}
	if template.IsCA || inputs["setSubjectKeyId"] == true {
		if template.SubjectKeyId, err = subjectKeyID(public); err != nil {
			return nil, err
		}
	}
	made.der, err = x509.CreateCertificate(rand.Reader, template, parent, public, signer)
	return made, err
}

// renewalDue asks for replacement from the start of the early renewal on, by
// the clock, so that a plain update renews without a refresh.
func renewalDue(state, inputs property.Map) string {
	text, _ := state["validityEndTime"].(string)
	end, err := time.Parse(time.RFC3339, text)
	early, _ := inputs["earlyRenewalHours"].(float64)
	if err == nil && time.Now().Add(time.Duration(early*float64(time.Hour))).Before(end) {
		return ""
	}
	return "readyForRenewal"
}

// subjectKeyID is the SHA-1 of the key bits, method 1 of RFC 5280 4.2.1.2.
func subjectKeyID(public crypto.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return nil, err
	}
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(der, &info); err != nil {
		return nil, err
	}
	sum := sha1.Sum(info.Key.Bytes)
	return sum[:], nil
}

func derOf(text any, name string) ([]byte, error) {
	s, _ := text.(string)
	block, _ := pem.Decode([]byte(s))
	if block == nil {
		return nil, fmt.Errorf("%s: not in PEM form", name)
	}
	return block.Bytes, nil
}
