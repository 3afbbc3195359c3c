import type * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import type { ClusterConfig } from "../config/model/cluster-config";
import { privateKey, type KeyPair } from "./certificate-authority";
import type { Identity } from "./identities";

/** A new key with a certificate of an authority, renewed when it expires within `renewalWindowHours`. */
export function issuedLeaf(
  name: string,
  identity: Omit<Identity, "signer">,
  authority: KeyPair,
  { leafValidityHours, renewalWindowHours }: ClusterConfig["pki"],
  opts: pulumi.CustomResourceOptions,
): KeyPair {
  const key = privateKey(`${name}-${identity.name}-key`, opts);
  const request = new tls.CertRequest(
    `${name}-${identity.name}-request`,
    {
      privateKeyPem: key.privateKeyPemPkcs8,
      subject: {
        commonName: identity.commonName,
        ...(identity.organization === undefined ? {} : { organization: identity.organization }),
      },
      ...(identity.dnsNames.length === 0 ? {} : { dnsNames: [...identity.dnsNames] }),
      ...(identity.ipAddresses.length === 0 ? {} : { ipAddresses: [...identity.ipAddresses] }),
    },
    opts,
  );
  const cert = new tls.LocallySignedCert(
    `${name}-${identity.name}-cert`,
    {
      certRequestPem: request.certRequestPem,
      caPrivateKeyPem: authority.keyPem,
      caCertPem: authority.certPem,
      validityPeriodHours: leafValidityHours,
      earlyRenewalHours: renewalWindowHours,
      allowedUses: [
        "digital_signature",
        "key_encipherment",
        ...(identity.server ? ["server_auth"] : []),
        ...(identity.client ? ["client_auth"] : []),
      ],
    },
    opts,
  );
  const { certPem, validityEndTime: validUntil } = cert;
  return { certPem, keyPem: key.privateKeyPemPkcs8, validUntil };
}
