import { load } from "js-yaml";
import { encryptionConfiguration } from "../../../../components/control-plane/encryption-configuration";

// https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/
test("Secrets are written with the key, and what was written without one can still be read", () => {
  const key = "a key of thirty-two characters..";
  const secret = Buffer.from(key).toString("base64");
  expect(load(encryptionConfiguration(key))).toEqual({
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "EncryptionConfiguration",
    resources: [
      {
        resources: ["secrets"],
        providers: [{ secretbox: { keys: [{ name: "key1", secret }] } }, { identity: {} }],
      },
    ],
  });
});
