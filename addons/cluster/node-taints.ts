import type { HostConfig } from "../../components/config/model/host-config";
import type { LiveNode, LiveTaint } from "./live-nodes";

type Taint = HostConfig["taints"][number];

/** Annotation of a node that remembers which of its taints are the stack config's. */
export const taintsAnnotation = "plinth/taints";

/** Where no run has written the annotation yet, this one is still known to be ours. */
const alwaysOurs = "node-role.kubernetes.io/control-plane:NoSchedule";

/** Taints as the annotation has them, as `kubectl taint` writes them. */
export function taintsText(taints: readonly Taint[]): string {
  return taints
    .map(({ key, value, effect }) => `${key}${value ? `=${value}` : ""}:${effect}`)
    .join(",");
}

/**
 * All taints that a node must have, those of others included, for the API knows its taints as one
 * value; undefined where it has all of the stack config and none that was dropped from it.
 */
export function changedTaints(
  wanted: readonly Taint[],
  { taints, annotations }: Pick<LiveNode, "taints" | "annotations">,
): readonly LiveTaint[] | undefined {
  const named = (annotations[taintsAnnotation] ?? "").split(",").map(withoutValue);
  const ours = new Set([...named, alwaysOurs]);
  const found = new Set(taints.map(place));
  const changed = [
    ...taints.flatMap((taint): LiveTaint[] => {
      const own = wanted.find((each) => place(each) === place(taint));
      if (own === undefined) return ours.has(place(taint)) ? [] : [taint];
      return [(own.value ?? "") === (taint.value ?? "") ? taint : { ...own }];
    }),
    ...wanted.filter((each) => !found.has(place(each))).map((each) => ({ ...each })),
  ];
  const isSame =
    changed.length === taints.length && changed.every((taint, index) => taint === taints[index]);
  return isSame ? undefined : changed;
}

/** A node has one taint at most with a key and an effect. */
function place({ key, effect }: Pick<Taint, "key" | "effect">): string {
  return `${key}:${effect}`;
}

function withoutValue(text: string): string {
  return text.replace(/=.*:/, ":");
}
