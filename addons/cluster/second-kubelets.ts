import { setTimeout as pause } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { ClusterConfig } from "../../components/config/model/cluster-config";
import { knownValue } from "../../components/identity/known-value";
import { ApiReader } from "../api/api-reader";
import type { LiveNode } from "./live-nodes";

/** A kubelet renews its lease every ten seconds; whoever reads it need not know what time it is there. */
const watchedSeconds = 25;

const lease = z.object({ spec: z.object({ renewTime: z.string().nullish() }).nullish() });

/**
 * Throws where a machine without anything of Plinth's is to become a node whose kubelet still works: it
 * is not that node's machine reinstalled, but another one, and the two would fight over the node.
 */
export async function refuseSecondKubelets(
  { hosts }: Pick<ClusterConfig, "hosts">,
  kubeconfig: pulumi.Output<string>,
  unmarked: ReadonlySet<string>,
  live: readonly LiveNode[],
): Promise<void> {
  const suspects = hosts.flatMap(({ name, node, internalAddress }) => {
    const known = live.find((each) => each.name === name);
    // one that is not Ready has not been heard of for a while
    return node && known?.isReady === true && unmarked.has(name)
      ? [{ known, internalAddress }]
      : [];
  });
  // where nodes were seen it is known how
  const known = suspects.length === 0 ? undefined : await knownValue(kubeconfig);
  if (known === undefined) return;
  const names = suspects.map(({ known }) => known.name);
  const text = `${names.join(", ")}: looking for ${watchedSeconds} s whether another machine's kubelet works under that name`;
  await pulumi.log.info(text);
  const renewed = await renewedLeases(new ApiReader(known), names);
  const lines = suspects
    .filter(({ known }) => renewed.includes(known.name))
    .map(({ known: { name, internalIp = "an unknown address" }, internalAddress }) => {
      const here = `the machine at ${internalAddress} has nothing of this cluster`;
      return `${name}: ${here}, but the kubelet of the node ${name} answers, from a machine that registered at ${internalIp}`;
    });
  if (lines.length === 0) return;
  throw new pulumi.RunError(
    `${lines.join("\n")}\nit may be a mistyped address: correct it. For another machine under that name, ` +
      "take the host out of the stack config and run pulumi up, or stop the old machine; no host was changed",
  );
}

/** Those of some nodes whose kubelets renew their leases while somebody looks. */
export async function renewedLeases(
  api: Pick<ApiReader, "read">,
  names: readonly string[],
  seconds = watchedSeconds,
  pauseMs = 1000,
): Promise<readonly string[]> {
  const end = Date.now() + seconds * 1000;
  const before = await renewTimes(api, names);
  for (;;) {
    const now = await renewTimes(api, names);
    const renewed = names.filter((_, at) => now[at] !== undefined && now[at] !== before[at]);
    if (renewed.length === names.length || Date.now() >= end) return renewed;
    await pause(pauseMs);
  }
}

function renewTimes(
  api: Pick<ApiReader, "read">,
  names: readonly string[],
): Promise<readonly (string | undefined)[]> {
  const folder = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
  return Promise.all(
    names.map(async (name) => {
      try {
        return lease.parse(await api.read(`${folder}/${name}`)).spec?.renewTime ?? undefined;
      } catch {
        // no lease, or no answer: nobody was seen to renew it
        return undefined;
      }
    }),
  );
}
