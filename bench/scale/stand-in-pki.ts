import * as pulumi from "@pulumi/pulumi";
import type { NodePki } from "../../components/node/kubelet-nodes";

/** Texts of the size of P-256 certificates and keys: what is measured does not depend on what they say. */
export function standInPki(): NodePki {
  const pair = {
    certPem: pulumi.output(pem("CERTIFICATE", 13)),
    keyPem: pulumi.secret(pem("PRIVATE KEY", 3)),
    validUntil: pulumi.output("2030-01-01T00:00:00Z"),
  };
  return {
    authorities: { cluster: pair, etcd: pair, "front-proxy": pair },
    leaf: () => pair,
  };
}

function pem(kind: string, lines: number): string {
  const body = Array.from({ length: lines }, () => "A".repeat(64)).join("\n");
  return `-----BEGIN ${kind}-----\n${body}\n-----END ${kind}-----\n`;
}
