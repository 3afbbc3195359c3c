import { toYaml } from "../text/yaml";

/**
 * Secrets and tokens are written to etcd encrypted; what was written before can still be read.
 * `key` is 32 characters long. https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/
 */
export function encryptionConfiguration(key: string): string {
  return toYaml({
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "EncryptionConfiguration",
    resources: [
      {
        resources: ["secrets"],
        providers: [
          {
            secretbox: { keys: [{ name: "key1", secret: Buffer.from(key).toString("base64") }] },
          },
          { identity: {} },
        ],
      },
    ],
  });
}
