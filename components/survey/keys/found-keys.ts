import type { HostFacts, SurveyArgs } from "../../../provider/survey-api";
import { encryptionConfigurationFile } from "../../control-plane/kube-apiserver";
import { paths } from "../../host/paths";
import type { KnownKey } from "../../operations/lost-keys";
import {
  authorityKeys,
  encryptionKeys,
  hashedEncryptionKeys,
  serviceAccountKeys,
} from "./key-fingerprints";
import encryptionKeysScript from "./scripts/encryption-keys.sh";

/** Files of control planes and members without which nobody trusts, or reads, what there is. */
const publicFiles: Readonly<Record<string, (text: string) => readonly KnownKey[]>> = {
  [paths.clusterCa]: authorityKeys,
  [`${paths.pki}/front-proxy-ca.crt`]: authorityKeys,
  [`${paths.pki}/etcd-ca.crt`]: authorityKeys,
  [`${paths.etcdPki}/ca.crt`]: authorityKeys,
  // those that verify tokens; the one that signs them may change as long as it is among these
  [`${paths.pki}/sa.pub`]: serviceAccountKeys,
};

const probe = "encryption-keys";

/** What every host is asked about its keys: certificates and public keys as they are, of others only hashes. */
export const keyQuestions: Pick<SurveyArgs, "texts" | "probes"> = {
  texts: Object.keys(publicFiles),
  probes: {
    [probe]: {
      command: ["sh", "-c", encryptionKeysScript, probe, encryptionConfigurationFile],
      deadlineSeconds: 10,
    },
  },
};

/** Keys on a host by file. */
export type FoundKeys = ReadonlyMap<string, readonly KnownKey[]>;

/** The keys in a host's facts. */
export function foundKeys({ texts, probes }: Pick<HostFacts, "texts" | "probes">): FoundKeys {
  const found = [
    ...Object.entries(publicFiles).map(
      ([path, keysIn]) => [path, keysIn(texts[path] ?? "")] as const,
    ),
    [encryptionConfigurationFile, hashedEncryptionKeys(probes[probe]?.output ?? "")] as const,
  ];
  return new Map(found.filter(([, keys]) => keys.length > 0));
}

/** The keys in the text of a file that holds some. */
export function keysIn(path: string, text: string): readonly KnownKey[] {
  if (path === encryptionConfigurationFile) return encryptionKeys(text);
  return publicFiles[path]?.(text) ?? [];
}
