package main_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"maps"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"plinth/toolchain/plugins/property"
)

const (
	tokenKey        = "tls:index/privateKey:PrivateKey"
	tokenRequest    = "tls:index/certRequest:CertRequest"
	tokenSelfSigned = "tls:index/selfSignedCert:SelfSignedCert"
	tokenSigned     = "tls:index/locallySignedCert:LocallySignedCert"
)

func TestTLSPrivateKeyForms(t *testing.T) {
	p := start(t, "tls", nil)
	for name, test := range map[string]struct {
		inputs  props
		pemType string
		openssh bool
		fits    func(crypto.PublicKey) bool
	}{
		"RSA of 2048 bits by default": {
			props{"algorithm": "RSA"}, "RSA PRIVATE KEY", true,
			func(key crypto.PublicKey) bool { return key.(*rsa.PublicKey).N.BitLen() == 2048 },
		},
		"ECDSA on P224 by default, which OpenSSH does not know": {
			props{"algorithm": "ECDSA"}, "EC PRIVATE KEY", false,
			func(key crypto.PublicKey) bool { return key.(*ecdsa.PublicKey).Curve.Params().Name == "P-224" },
		},
		"ECDSA on P256": {
			props{"algorithm": "ECDSA", "ecdsaCurve": "P256"}, "EC PRIVATE KEY", true,
			func(key crypto.PublicKey) bool { return key.(*ecdsa.PublicKey).Curve.Params().Name == "P-256" },
		},
		"ED25519": {
			props{"algorithm": "ED25519"}, "PRIVATE KEY", true,
			func(key crypto.PublicKey) bool { return len(key.(ed25519.PublicKey)) == ed25519.PublicKeySize },
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := p.resource(tokenKey, "key")
			r.create(test.inputs)
			for _, output := range []string{"privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"} {
				if !isSecret(r.state[output]) {
					t.Errorf("%s must be secret", output)
				}
			}
			if got := block(t, r.state["privateKeyPem"]).Type; got != test.pemType {
				t.Errorf("privateKeyPem: want %s, got %s", test.pemType, got)
			}
			private, err := x509.ParsePKCS8PrivateKey(block(t, r.state["privateKeyPemPkcs8"]).Bytes)
			must(t, err)
			public, err := x509.ParsePKIXPublicKey(block(t, r.state["publicKeyPem"]).Bytes)
			must(t, err)
			if !test.fits(public) {
				t.Errorf("not the wanted key: %T", public)
			}
			if own := private.(crypto.Signer).Public().(interface{ Equal(crypto.PublicKey) bool }); !own.Equal(public) {
				t.Error("public and private key are not a pair")
			}
			if !test.openssh {
				if str(r.state["publicKeyOpenssh"]) != "" {
					t.Error("want no OpenSSH form")
				}
				return
			}
			authorized, _, _, _, err := ssh.ParseAuthorizedKey([]byte(str(r.state["publicKeyOpenssh"])))
			must(t, err)
			signer, err := ssh.ParsePrivateKey([]byte(str(r.state["privateKeyOpenssh"])))
			must(t, err)
			if ssh.FingerprintSHA256(signer.PublicKey()) != r.state["publicKeyFingerprintSha256"] ||
				ssh.FingerprintLegacyMD5(authorized) != r.state["publicKeyFingerprintMd5"] {
				t.Error("fingerprints do not fit the keys")
			}
		})
	}
}

func block(t *testing.T, text any) *pem.Block {
	t.Helper()
	found, _ := pem.Decode([]byte(str(text)))
	if found == nil {
		t.Fatalf("not in PEM form: %q", str(text))
	}
	return found
}

// authority is a CA made with the plugin under test.
type authority struct{ key, cert *resource }

func newAuthority(p *plugin, more props) authority {
	p.t.Helper()
	key := p.resource(tokenKey, "ca")
	key.create(props{"algorithm": "ECDSA", "ecdsaCurve": "P256"})
	inputs := props{
		"privateKeyPem": key.state["privateKeyPem"], "subject": props{"commonName": "test ca"},
		"isCaCertificate": true, "validityPeriodHours": 1000.0,
		"allowedUses": []any{"cert_signing", "crl_signing"},
	}
	maps.Copy(inputs, more)
	cert := p.resource(tokenSelfSigned, "ca")
	cert.create(inputs)
	return authority{key, cert}
}

// leafInputs are a request's certificate inputs, signed by the authority.
func (a authority) leafInputs(request *resource, more props) props {
	inputs := props{
		"certRequestPem": request.state["certRequestPem"], "caCertPem": a.cert.state["certPem"],
		"caPrivateKeyPem": a.key.state["privateKeyPem"], "validityPeriodHours": 100.0,
		"allowedUses": []any{"digital_signature", "key_encipherment", "server_auth", "client_auth"},
	}
	maps.Copy(inputs, more)
	return inputs
}

func newRequest(p *plugin) *resource {
	p.t.Helper()
	key := p.resource(tokenKey, "leaf")
	key.create(props{"algorithm": "RSA"})
	request := p.resource(tokenRequest, "leaf")
	request.create(props{
		"privateKeyPem": key.state["privateKeyPem"],
		"subject":       props{"commonName": "admin", "organization": "system:masters", "country": "DE"},
		"dnsNames":      []any{"kubernetes", "api.example.com"},
		"ipAddresses":   []any{"10.96.0.1", "fd00::1"}, "uris": []any{"spiffe://test/leaf"},
	})
	return request
}

func certificateOf(t *testing.T, r *resource) *x509.Certificate {
	t.Helper()
	cert, err := x509.ParseCertificate(block(t, r.state["certPem"]).Bytes)
	must(t, err)
	return cert
}

func TestTLSChainSaysWhatWasAskedFor(t *testing.T) {
	p := start(t, "tls", nil)
	ca, request := newAuthority(p, nil), newRequest(p)
	leaf := p.resource(tokenSigned, "leaf")
	leaf.create(ca.leafInputs(request, props{"setSubjectKeyId": true}))
	cert, root := certificateOf(t, leaf), certificateOf(t, ca.cert)

	pool := x509.NewCertPool()
	pool.AddCert(root)
	for _, name := range []string{"kubernetes", "api.example.com", "10.96.0.1", "fd00::1"} {
		for _, use := range []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth} {
			if _, err := cert.Verify(x509.VerifyOptions{Roots: pool, DNSName: name, KeyUsages: []x509.ExtKeyUsage{use}}); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if got := cert.Subject.String(); got != "CN=admin,O=system:masters,C=DE" {
		t.Errorf("subject: %s", got)
	}
	if len(cert.URIs) != 1 || cert.URIs[0].String() != "spiffe://test/leaf" {
		t.Errorf("URIs: %v", cert.URIs)
	}
	if cert.IsCA || cert.KeyUsage != x509.KeyUsageDigitalSignature|x509.KeyUsageKeyEncipherment {
		t.Errorf("CA %v, key usage %b", cert.IsCA, cert.KeyUsage)
	}
	if len(cert.SubjectKeyId) != 20 || string(cert.AuthorityKeyId) != string(root.SubjectKeyId) {
		t.Error("key identifiers must be set and match")
	}
	if !root.IsCA || root.MaxPathLen != -1 || root.KeyUsage != x509.KeyUsageCertSign|x509.KeyUsageCRLSign {
		t.Errorf("CA %v, path length %d, key usage %b", root.IsCA, root.MaxPathLen, root.KeyUsage)
	}
	if leaf.id != cert.SerialNumber.String() {
		t.Errorf("want the serial number as id, got %s", leaf.id)
	}
	if valid := cert.NotAfter.Sub(cert.NotBefore); valid != 100*time.Hour {
		t.Errorf("want 100 h of validity, got %s", valid)
	}
	if leaf.state["caKeyAlgorithm"] != "ECDSA" || request.state["keyAlgorithm"] != "RSA" || ca.cert.state["keyAlgorithm"] != "ECDSA" {
		t.Error("key algorithms do not fit")
	}
	end, err := time.Parse(time.RFC3339, str(leaf.state["validityEndTime"]))
	if err != nil || !end.Equal(cert.NotAfter) {
		t.Errorf("validityEndTime: want %s, got %v %v", cert.NotAfter, end, err)
	}
}

func TestTLSPathLength(t *testing.T) {
	p := start(t, "tls", nil)
	for length, want := range map[float64]int{0: 0, 2: 2} {
		if got := certificateOf(t, newAuthority(p, props{"maxPathLength": length}).cert).MaxPathLen; got != want {
			t.Errorf("want %d, got %d", want, got)
		}
	}
}

func TestTLSPrivateKeysStaySecretCertificatesDoNot(t *testing.T) {
	p := start(t, "tls", nil)
	ca, request := newAuthority(p, nil), newRequest(p)
	leaf := p.resource(tokenSigned, "leaf")
	leaf.create(ca.leafInputs(request, nil))
	for _, hidden := range []any{ca.cert.state["privateKeyPem"], request.state["privateKeyPem"], leaf.state["caPrivateKeyPem"]} {
		if !isSecret(hidden) {
			t.Errorf("want a secret, got %v", hidden)
		}
	}
	for _, plain := range []any{ca.cert.state["certPem"], request.state["certRequestPem"], leaf.state["certPem"]} {
		if isSecret(plain) {
			t.Error("certificates and requests are public")
		}
	}
}

func TestTLSOnlyEarlyRenewalChangesInPlace(t *testing.T) {
	p := start(t, "tls", nil)
	ca, request := newAuthority(p, nil), newRequest(p)
	leaf := p.resource(tokenSigned, "leaf")
	leaf.create(ca.leafInputs(request, nil))
	for input, test := range map[string]struct {
		value any
		want  string
	}{
		"validityPeriodHours": {50.0, "update_replace"},
		"setSubjectKeyId":     {true, "update_replace"},
		"isCaCertificate":     {true, "update_replace"},
		"earlyRenewalHours":   {5.0, "update"},
	} {
		diff := leaf.diff(ca.leafInputs(request, props{input: test.value}))
		if got := changes(diff)[input]; got != test.want && got != strings.Replace(test.want, "update", "add", 1) {
			t.Errorf("%s: want %s, got %v", input, test.want, changes(diff))
		}
		if (len(diff.GetReplaces()) > 0) != (test.want == "update_replace") {
			t.Errorf("%s: replaces %v", input, diff.GetReplaces())
		}
	}
	serial, pemBefore := leaf.id, leaf.state["certPem"]
	must(t, leaf.tryUpdate(ca.leafInputs(request, props{"earlyRenewalHours": 5.0})))
	if leaf.id != serial || leaf.state["certPem"] != pemBefore || leaf.state["earlyRenewalHours"] != 5.0 {
		t.Error("an update must keep the certificate and store the hours")
	}
	if diff := leaf.diff(ca.leafInputs(request, props{"earlyRenewalHours": 5.0})); len(changes(diff)) > 0 {
		t.Errorf("want no change after the update, got %v", changes(diff))
	}
}

func TestTLSRenewalIsDecidedByTheClockInDiff(t *testing.T) {
	p := start(t, "tls", nil)
	ca, request := newAuthority(p, nil), newRequest(p)
	leaf := p.resource(tokenSigned, "leaf")
	for early, due := range map[float64]bool{0: false, 99: false, 101: true} {
		inputs := ca.leafInputs(request, props{"earlyRenewalHours": early})
		leaf.create(inputs)
		if diff := leaf.diff(inputs); (len(diff.GetReplaces()) > 0) != due {
			t.Errorf("valid for 100 h, renewed %v h before: want a replacement %v, got %v", early, due, changes(diff))
		}
	}
	inputs := ca.leafInputs(request, nil)
	leaf.create(inputs)
	leaf.state["validityEndTime"] = time.Now().Add(-time.Minute).Format(time.RFC3339)
	if len(leaf.diff(inputs).GetReplaces()) == 0 {
		t.Error("an expired certificate must be replaced")
	}
}

func TestTLSRequestAndKeyChangesReplace(t *testing.T) {
	p := start(t, "tls", nil)
	key := p.resource(tokenKey, "key")
	key.create(props{"algorithm": "ECDSA", "ecdsaCurve": "P256"})
	if diff := key.diff(props{"algorithm": "ECDSA", "ecdsaCurve": "P384"}); len(diff.GetReplaces()) == 0 {
		t.Error("another curve must replace the key")
	}
	request := p.resource(tokenRequest, "leaf")
	inputs := props{"privateKeyPem": key.state["privateKeyPem"], "dnsNames": []any{"a"}}
	request.create(inputs)
	if diff := request.diff(inputs); len(changes(diff)) > 0 {
		t.Errorf("want no change, got %v", changes(diff))
	}
	inputs = props{"privateKeyPem": key.state["privateKeyPem"], "dnsNames": []any{"a", "b"}}
	if diff := request.diff(inputs); len(diff.GetReplaces()) == 0 {
		t.Error("another name must replace the request")
	}
	inputs["dnsNames"] = property.Unknown{}
	if diff := request.diff(inputs); len(diff.GetReplaces()) == 0 {
		t.Error("an unknown name must show as a replacement")
	}
}

func TestTLSPreviewKnowsNoCertificate(t *testing.T) {
	preview := start(t, "tls", nil).resource(tokenSelfSigned, "ca").previewCreate(props{
		"privateKeyPem": secret(property.Unknown{}), "validityPeriodHours": 1.0, "allowedUses": []any{},
	})
	if !isUnknown(preview["certPem"]) || !isSecret(preview["privateKeyPem"]) {
		t.Errorf("want an unknown certificate and a secret key, got %v", preview)
	}
}

func TestTLSRefusesUnknownUses(t *testing.T) {
	ca := start(t, "tls", nil).resource(tokenSelfSigned, "ca")
	if _, failures := ca.check(props{
		"privateKeyPem": "x", "validityPeriodHours": 1.0, "allowedUses": []any{"serverAuth"},
	}); len(failures) == 0 {
		t.Error("uses are spelled server_auth, not serverAuth")
	}
}
