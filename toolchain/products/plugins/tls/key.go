package tls

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"

	"golang.org/x/crypto/ssh"

	"plinth/toolchain/plugins/property"
	"plinth/toolchain/plugins/provider"
)

var privateKey = &provider.Generated{
	Inputs:   property.Map{"algorithm": nil, "ecdsaCurve": "P224", "rsaBits": 2048.0},
	Required: []string{"algorithm"},
	Computed: []string{
		"privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh", "publicKeyPem",
		"publicKeyOpenssh", "publicKeyFingerprintMd5", "publicKeyFingerprintSha256",
	},
	Secrets: []string{"privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"},
	Validate: func(inputs property.Map) []provider.Failure {
		algorithm, curve := property.Reveal(inputs["algorithm"]), property.Reveal(inputs["ecdsaCurve"])
		switch {
		case algorithm != "RSA" && algorithm != "ECDSA" && algorithm != "ED25519":
			return []provider.Failure{{
				Property: "algorithm",
				Reason:   fmt.Sprintf("algorithm must be RSA, ECDSA or ED25519, got: %v", algorithm),
			}}
		case curves[curve] == nil:
			return []provider.Failure{{
				Property: "ecdsaCurve",
				Reason:   fmt.Sprintf("ecdsaCurve must be P224, P256, P384 or P521, got: %v", curve),
			}}
		}
		return nil
	},
	Generate: func(inputs property.Map) (string, property.Map, error) {
		key, err := newKey(inputs)
		if err != nil {
			return "", nil, err
		}
		return describeKey(key)
	},
}

var curves = map[any]elliptic.Curve{
	"P224": elliptic.P224(), "P256": elliptic.P256(), "P384": elliptic.P384(), "P521": elliptic.P521(),
}

func newKey(inputs property.Map) (crypto.Signer, error) {
	switch inputs["algorithm"] {
	case "ECDSA":
		return ecdsa.GenerateKey(curves[inputs["ecdsaCurve"]], rand.Reader)
	case "ED25519":
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	default:
		bits, _ := inputs["rsaBits"].(float64)
		return rsa.GenerateKey(rand.Reader, int(bits))
	}
}

// describeKey renders a key in every form; the id is a digest of the public half.
func describeKey(key crypto.Signer) (string, property.Map, error) {
	private, err := privatePEM(key)
	if err != nil {
		return "", nil, err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", nil, err
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return "", nil, err
	}
	outputs := property.Map{
		"privateKeyPem":      private,
		"privateKeyPemPkcs8": encodePEM("PRIVATE KEY", pkcs8),
		"publicKeyPem":       encodePEM("PUBLIC KEY", public),
		"privateKeyOpenssh":  "", "publicKeyOpenssh": "",
		"publicKeyFingerprintMd5": "", "publicKeyFingerprintSha256": "",
	}
	// OpenSSH has no form for P224: those outputs stay empty.
	if sshPublic, err := ssh.NewPublicKey(key.Public()); err == nil {
		sshPrivate, err := ssh.MarshalPrivateKey(key, "")
		if err != nil {
			return "", nil, err
		}
		outputs["privateKeyOpenssh"] = string(pem.EncodeToMemory(sshPrivate))
		outputs["publicKeyOpenssh"] = string(ssh.MarshalAuthorizedKey(sshPublic))
		outputs["publicKeyFingerprintMd5"] = ssh.FingerprintLegacyMD5(sshPublic)
		outputs["publicKeyFingerprintSha256"] = ssh.FingerprintSHA256(sshPublic)
	}
	return digest(public), outputs, nil
}

// privatePEM is the traditional form of each algorithm.
func privatePEM(key crypto.Signer) (string, error) {
	switch key := key.(type) {
	case *rsa.PrivateKey:
		return encodePEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)), nil
	case *ecdsa.PrivateKey:
		der, err := x509.MarshalECPrivateKey(key)
		return encodePEM("EC PRIVATE KEY", der), err
	default:
		der, err := x509.MarshalPKCS8PrivateKey(key)
		return encodePEM("PRIVATE KEY", der), err
	}
}

// parseKey reads a private key in any of its PEM forms and names its algorithm.
func parseKey(text any) (crypto.Signer, string, error) {
	s, _ := text.(string)
	block, _ := pem.Decode([]byte(s))
	if block == nil {
		return nil, "", fmt.Errorf("not a private key in PEM form")
	}
	key, err := parseDER(block)
	if err != nil {
		return nil, "", fmt.Errorf("private key %q: %w", block.Type, err)
	}
	switch key := key.(type) {
	case *rsa.PrivateKey:
		return key, "RSA", nil
	case *ecdsa.PrivateKey:
		return key, "ECDSA", nil
	case ed25519.PrivateKey:
		return key, "ED25519", nil
	default:
		return nil, "", fmt.Errorf("private key of an unsupported type: %T", key)
	}
}

func parseDER(block *pem.Block) (any, error) {
	switch block.Type {
	case "RSA PRIVATE KEY":
		return x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		return x509.ParseECPrivateKey(block.Bytes)
	case "OPENSSH PRIVATE KEY":
		key, err := ssh.ParseRawPrivateKey(pem.EncodeToMemory(block))
		if pointer, ok := key.(*ed25519.PrivateKey); ok {
			return *pointer, err
		}
		return key, err
	default:
		return x509.ParsePKCS8PrivateKey(block.Bytes)
	}
}

func encodePEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// digest is the id of what has no serial number of its own.
func digest(data []byte) string {
	sum := sha1.Sum(data)
	return hex.EncodeToString(sum[:])
}
