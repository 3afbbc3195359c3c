/** Steps that bring everything new to the host, beside what it replaces. */
import type { Fetch } from "../plan/item-plan";
import { sha256 } from "../layer/layer-files";
import type { WantedLayer } from "../layer/wanted-layer";
import { directoryOf } from "../layer/host-paths";
import type { Plan } from "../plan/plan";
import { plannedItem } from "../plan/planned-item";
import { each, type Step } from "../ssh/framing";

const parallelDownloads = 4;

/** See above; whatever can be refused or damaged is detected here. */
export function stagingSteps(wanted: WantedLayer, plan: Plan): Step[] {
  const { inputs, files } = wanted;
  return [
    ...each("install_packages", plan.packages, inputs.layer),
    ...plan.users.map((name): Step => {
      const { home, groups } = plannedItem(inputs.users, name);
      return ["put_user", name, home, groups.join(",")];
    }),
    ...neededOwners(wanted, plan).map((owner): Step => ["need_owner", owner]),
    ...each("make_parents", plan.makeDirectories),
    ...plan.directories.map((path): Step => {
      const { mode, owner } = plannedItem(inputs.directories, path);
      return ["put_directory", path, mode, owner];
    }),
    ...downloadSteps(inputs.layer, plan.fetches),
    ...each(
      "stage_files",
      plan.files.flatMap((path) => [sha256(plannedItem(files, path).content), path]),
    ),
  ];
}

function neededOwners({ inputs, files }: WantedLayer, plan: Plan): string[] {
  const owners = [
    ...plan.files.map((path) => plannedItem(files, path)),
    ...plan.owners,
    ...plan.directories.map((path) => plannedItem(inputs.directories, path)),
  ].map(({ owner }) => owner);
  return [...new Set(owners)].filter((owner) => owner !== "root:root");
}

function downloadSteps(layer: string, fetches: readonly Fetch[]): Step[] {
  return fetches.flatMap(({ url, sha256: sum, members }, index): Step[] => {
    const first = members[0]?.path ?? "/";
    const stage = `${directoryOf(first)}/.plinth-${layer}-${sum.slice(0, 12)}`;
    const wanted = members.flatMap(({ member, mode, path }) => [member, mode, path]);
    const step: Step = ["begin", "fetch", url, sum, stage, ...wanted];
    const joins = (index + 1) % parallelDownloads === 0 || index + 1 === fetches.length;
    return joins ? [step, ["join"]] : [step];
  });
}
