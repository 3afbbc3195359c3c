import { type ConfigProblem, wrongValue } from "../../components/config/problems/config-problem";
import type { ClusterInput } from "../../components/config/schema/cluster-schema";

const mebibytes: Readonly<Record<string, number>> = { Mi: 1, Gi: 1024, Ti: 1024 ** 2 };

/** A volume that is full before the oldest samples are dropped: Prometheus would stop. */
export function monitoringProblems({ addons }: ClusterInput): readonly ConfigProblem[] {
  const { enabled, retention, storage } = addons.monitoring;
  // what has just been read is not counted before it is a block of its own
  const max = Math.floor(sizeMebibytes(storage.size) * 0.9);
  if (!enabled || sizeMebibytes(retention.size) <= max) return [];
  const path = ["addons", "monitoring", "retention", "size"];
  const expected = `at most ${max}Mi, nine tenths of storage.size ${storage.size}`;
  return [wrongValue(path, retention.size, expected)];
}

function sizeMebibytes(size: string): number {
  return Number.parseInt(size, 10) * (mebibytes[size.slice(-2)] ?? 1);
}
