import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { knownValue } from "../../components/identity/known-value";
import { errorText } from "../../components/text/error-text";
import { ApiReader } from "./api-reader";

/** Where the API has what a run may wait for, by kind. */
const paths = {
  DaemonSet: "/apis/apps/v1/daemonsets",
  Deployment: "/apis/apps/v1/deployments",
  StatefulSet: "/apis/apps/v1/statefulsets",
  Service: "/api/v1/services",
} as const;

type WorkloadKind = keyof typeof paths;

const list = z.object({
  items: z
    .array(z.looseObject({ metadata: z.looseObject({ name: z.string(), namespace: z.string() }) }))
    .nullable(),
});

/** An object as the API has it, defaults included. */
type LiveObject = Readonly<Record<string, unknown>>;

/** What the API has of add-ons when a run begins. */
export type LiveWorkloads = ReadonlyMap<string, LiveObject>;

/** The name of an object among `LiveWorkloads`. */
export function workloadKey(kind: string, namespace: string, name: string): string {
  return `${kind} ${namespace}/${name}`;
}

/** None where the API can't be asked, which is no reason to keep hosts from being repaired. */
export async function liveWorkloads(kubeconfig: pulumi.Output<string>): Promise<LiveWorkloads> {
  const known = await knownValue(kubeconfig);
  if (known === undefined) return new Map();
  try {
    const api = new ApiReader(known);
    const kinds = Object.keys(paths) as readonly WorkloadKind[];
    return new Map((await Promise.all(kinds.map((kind) => workloadsOf(api, kind)))).flat());
  } catch (error) {
    await pulumi.log.debug(`add-ons can't be looked at: ${errorText(error)}`);
    return new Map();
  }
}

async function workloadsOf(
  api: Pick<ApiReader, "read">,
  kind: WorkloadKind,
): Promise<readonly (readonly [string, LiveObject])[]> {
  const { items } = list.parse(await api.read(paths[kind]));
  return (items ?? []).map((item) => {
    const { name, namespace } = item.metadata;
    return [workloadKey(kind, namespace, name), item];
  });
}

/** Whether a live value has everything that is wanted; fields that nobody asked for may be there besides. */
export function covers(live: unknown, wanted: unknown): boolean {
  if (wanted === undefined || wanted === null) return true;
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(live) &&
      live.length === wanted.length &&
      wanted.every((value, index) => covers(live[index], value))
    );
  }
  if (typeof wanted === "object") {
    if (typeof live !== "object" || live === null) return false;
    const fields = live as Readonly<Record<string, unknown>>; // no array: JSON of the API
    return Object.entries(wanted).every(([name, value]) => covers(fields[name], value));
  }
  return live === wanted;
}
