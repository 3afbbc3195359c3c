import { toYaml } from "../text/yaml";

/** PEM text embedded in a kubeconfig, or paths on the host that holds it. */
export type KubeconfigCredentials =
  | { readonly ca: string; readonly cert: string; readonly key: string }
  | { readonly caFile: string; readonly certFile: string; readonly keyFile: string };

/** A kubeconfig with one cluster, user and context: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ */
export function kubeconfig(
  cluster: string,
  server: string,
  user: string,
  credentials: KubeconfigCredentials,
): string {
  const context = `${user}@${cluster}`;
  return toYaml({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: cluster, cluster: { server, ...certificateAuthority(credentials) } }],
    users: [{ name: user, user: clientCertificate(credentials) }],
    contexts: [{ name: context, context: { cluster, user } }],
    "current-context": context,
  });
}

function certificateAuthority(credentials: KubeconfigCredentials) {
  return "ca" in credentials
    ? { "certificate-authority-data": base64(credentials.ca) }
    : { "certificate-authority": credentials.caFile };
}

function clientCertificate(credentials: KubeconfigCredentials) {
  return "ca" in credentials
    ? {
        "client-certificate-data": base64(credentials.cert),
        "client-key-data": base64(credentials.key),
      }
    : { "client-certificate": credentials.certFile, "client-key": credentials.keyFile };
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
