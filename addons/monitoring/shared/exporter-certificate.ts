import type { Input } from "@pulumi/pulumi";
import { toYaml } from "../../../components/text/yaml";
import { secret } from "../../kit/kinds";

/** The only name that exporters let in: that of Prometheus' certificate. */
export const reader = "prometheus";

/** A certificate of the cluster's authority, by which exporters and Prometheus know each other; PEM. */
export interface MutualTls {
  readonly certPem: Input<string>;
  readonly keyPem: Input<string>;
  readonly authorityPem: Input<string>;
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
export function exporterSecret(name: string, namespace: string, tls: MutualTls) {
  return tlsSecret(name, namespace, tls, { "web.yaml": webConfig });
}

/** A Secret with the certificate by which exporters know Prometheus; API servers grant it nothing. */
export function readerSecret(namespace: string, tls: MutualTls) {
  return tlsSecret(reader, namespace, tls, {});
}

function tlsSecret(
  name: string,
  namespace: string,
  { certPem, keyPem, authorityPem }: MutualTls,
  files: Readonly<Record<string, string>>,
) {
  return secret(
    { name, namespace },
    {
      type: "kubernetes.io/tls",
      stringData: { "tls.crt": certPem, "tls.key": keyPem, "ca.crt": authorityPem, ...files },
    },
  );
}
