import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ClusterConfig } from "../../../components/config/model/cluster-config";
import { issuedLeaf } from "../../../components/pki/leaf";
import type { Pki } from "../../../components/pki/pki";
import { toYaml } from "../../../components/text/yaml";

/** The only name that exporters let in: that of Prometheus' certificate. */
const reader = "prometheus";

export interface CertificateArgs {
  readonly config: ClusterConfig;
  /** Its cluster authority vouches for exporters and Prometheus towards each other. */
  readonly pki: Pki;
}

/** Where a pod mounts its certificate. */
export const certificateDirectory = "/etc/exporter-certificate";

/** https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md */
const webConfig = toYaml({
  tls_server_config: {
    cert_file: `${certificateDirectory}/tls.crt`,
    key_file: `${certificateDirectory}/tls.key`,
    min_version: "TLS12",
    client_auth_type: "RequireAndVerifyClientCert",
    client_ca_file: `${certificateDirectory}/ca.crt`,
    // every kubelet has a certificate of the same authority
    client_allowed_sans: [reader],
  },
});

/** A Secret with the certificate of an exporter and how it serves with it. */
export function exporterCertificate(
  resourceName: string,
  { name, namespace }: { readonly name: string; readonly namespace: string },
  args: CertificateArgs,
  opts: pulumi.CustomResourceOptions,
): kubernetes.core.v1.Secret {
  const metadata = { name, namespace };
  return certificate(resourceName, metadata, true, { "web.yaml": webConfig }, args, opts);
}

/** A Secret with the certificate by which exporters know Prometheus; API servers grant it nothing. */
export function readerCertificate(
  resourceName: string,
  namespace: string,
  args: CertificateArgs,
  opts: pulumi.CustomResourceOptions,
): kubernetes.core.v1.Secret {
  return certificate(resourceName, { name: reader, namespace }, false, {}, args, opts);
}

function certificate(
  resourceName: string,
  metadata: { readonly name: string; readonly namespace: string },
  server: boolean,
  files: Readonly<Record<string, string>>,
  { config, pki }: CertificateArgs,
  opts: pulumi.CustomResourceOptions,
): kubernetes.core.v1.Secret {
  const authority = pki.authorities.cluster;
  const { name } = metadata;
  const identity = {
    name,
    commonName: `plinth:${name}`,
    server,
    client: !server,
    dnsNames: [name],
    ipAddresses: [],
  };
  const { certPem, keyPem } = issuedLeaf(resourceName, identity, authority, config.pki, opts);
  return new kubernetes.core.v1.Secret(
    `${resourceName}-${name}-certificate`,
    {
      metadata,
      type: "kubernetes.io/tls",
      stringData: {
        "tls.crt": certPem,
        "tls.key": keyPem,
        "ca.crt": authority.certPem,
        ...files,
      },
    },
    opts,
  );
}
