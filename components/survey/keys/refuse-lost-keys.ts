import * as pulumi from "@pulumi/pulumi";
import type { ClusterConfig } from "../../config/model/cluster-config";
import type { HostConfig } from "../../config/model/host-config";
import { controlPlaneFiles } from "../../control-plane/control-plane";
import { etcdFiles } from "../../etcd/etcd-cluster";
import type { InputFile } from "../../host/host-layer";
import { knownValue } from "../../identity/known-value";
import { keyRefusal, type KeyFile, type KnownKey } from "../../operations/lost-keys";
import type { Pki } from "../../pki/pki";
import { keysIn, type FoundKeys } from "./found-keys";

/** Throws where a host has keys that this run would overwrite with others; `found` by host name. */
export async function refuseLostKeys(
  { hosts }: Pick<ClusterConfig, "hosts">,
  pki: Pki,
  found: ReadonlyMap<string, FoundKeys>,
): Promise<void> {
  const files = hosts.flatMap((host) => {
    const written = Object.entries(keptFiles(pki, host));
    return written.flatMap(([path, { content }]) => {
      const keys = found.get(host.name)?.get(path);
      return keys === undefined ? [] : [keyFile(pki, host, path, keys, content)];
    });
  });
  const refusal = keyRefusal(await Promise.all(files));
  if (refusal !== undefined) throw new pulumi.RunError(refusal);
}

function keptFiles(pki: Pki, host: HostConfig): Readonly<Record<string, InputFile>> {
  return {
    ...(host.roles.includes("etcd") ? etcdFiles(pki, host) : {}),
    ...(host.roles.includes("control-plane") ? controlPlaneFiles(pki, host) : {}),
  };
}

async function keyFile(
  pki: Pki,
  { name: host }: HostConfig,
  path: string,
  found: readonly KnownKey[],
  content: InputFile["content"],
): Promise<KeyFile> {
  const text = await writtenText(pki, content);
  return { host, path, found, written: text === undefined ? undefined : keysIn(path, text) };
}

/** What the run writes; where a preview does not know the new certificate of an authority yet, its key. */
async function writtenText(pki: Pki, content: InputFile["content"]): Promise<string | undefined> {
  const text = await knownValue(pulumi.output(content));
  if (text !== undefined) return text;
  const authority = Object.values(pki.authorities).find(({ certPem }) => certPem === content);
  return authority && knownValue(authority.keyPem);
}
