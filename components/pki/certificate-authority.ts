import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";

/** A certificate and its private key as PEM text; the key is secret. */
export interface KeyPair {
  readonly certPem: pulumi.Output<string>;
  readonly keyPem: pulumi.Output<string>;
  /** When the certificate expires, in RFC 3339. */
  readonly validUntil: pulumi.Output<string>;
}

/** ECDSA on P-256: what every Kubernetes component takes, and far cheaper to make than RSA. */
export function privateKey(name: string, opts: pulumi.CustomResourceOptions): tls.PrivateKey {
  return new tls.PrivateKey(name, { algorithm: "ECDSA", ecdsaCurve: "P256" }, opts);
}

/** A self-signed certificate authority. */
export function certificateAuthority(
  name: string,
  commonName: string,
  validityHours: number,
  parent: pulumi.Resource,
): KeyPair {
  const key = privateKey(`${name}-key`, { parent });
  const cert = new tls.SelfSignedCert(
    `${name}-cert`,
    {
      privateKeyPem: key.privateKeyPemPkcs8,
      subject: { commonName },
      validityPeriodHours: validityHours,
      isCaCertificate: true,
      setSubjectKeyId: true,
      allowedUses: ["cert_signing", "crl_signing", "digital_signature", "key_encipherment"],
    },
    { parent },
  );
  const { certPem, validityEndTime: validUntil } = cert;
  return { certPem, keyPem: key.privateKeyPemPkcs8, validUntil };
}
