import { type CheckFinding, failure, type HostCheck, type HostSubject, warning } from "./finding";
import { foreignPaths, sharedPaths } from "./survey-questions";

/** Where a host says whose it is. */
const markerFile = "/etc/plinth/cluster.json";

/** Checks of whether a host is free for this cluster. */
export const ownershipChecks: readonly HostCheck[] = [owner, otherRun, leftOvers];

function owner(subject: HostSubject): readonly CheckFinding[] {
  const { config, host, facts, clusterId } = subject;
  if (facts.owner === undefined) return lostMarker(subject);
  const { cluster, id, host: name } = facts.owner;
  if (cluster === "")
    return [
      failure(host, `${markerFile} is damaged: nobody knows whose it is`, markerRemedy(subject)),
    ];
  if (cluster !== config.name) {
    const remedy =
      `take it out of ${cluster}'s stack config and run pulumi up there first; if that cluster's state ` +
      `is gone, plinth reset ${host.name}`;
    return [failure(host, `it belongs to the cluster ${cluster}`, remedy)];
  }
  // one that an earlier version marked gets its id from the state that knows its layers
  if (id !== undefined && id !== clusterId) {
    const own = clusterId === undefined ? "has none yet" : `has ${clusterId}`;
    const problem = `it belongs to another cluster ${cluster}, with the id ${id}; this stack's state ${own}`;
    const remedy =
      "use the stack that made it, or restore that stack's state (pulumi stack import); " +
      `if that cluster is to go, run pulumi destroy there, or, if its state is gone, plinth reset ${host.name}`;
    return [failure(host, problem, remedy)];
  }
  if (name === undefined || name === host.name) return [];
  const problem = `it is the host ${name} of this cluster, and a new name would wipe it`;
  const remedy =
    `put the name ${name} back; for another name, first take ${name} out of the stack config, ` +
    `run pulumi up, then add ${host.name}`;
  return [failure(host, problem, remedy)];
}

/** Layers show that there is a cluster, but not which. */
function lostMarker(subject: HostSubject): readonly CheckFinding[] {
  const { layers } = subject.facts;
  if (layers.length === 0) return [];
  const problem = `it has layers of a cluster (${layers.join(", ")}), but ${markerFile} is missing or empty`;
  return [failure(subject.host, problem, markerRemedy(subject))];
}

/** What to do where the marker does not say whose a host is; only its manifests do. */
function markerRemedy({ config, host, clusterId }: HostSubject): string {
  const unneeded = "if nobody needs that cluster, remove /etc/plinth";
  if (clusterId === undefined) return `use the stack that made it; ${unneeded}`;
  const marker = JSON.stringify({ cluster: config.name, id: clusterId, host: host.name });
  return `if the files in /etc/plinth/layers have the id ${clusterId}, write ${marker} to that file; ${unneeded}`;
}

/** A preview may look on; what it shows is about to change. */
function otherRun({ host, facts, isPreview }: HostSubject): readonly CheckFinding[] {
  if (facts.changedBy === undefined) return [];
  const { operator, pid, since } = facts.changedBy;
  const time = new Date(since * 1000).toISOString().slice(0, 19).replace("T", " ");
  const finding = isPreview ? warning : failure;
  const problem = `it is being changed by ${operator} (pid ${pid})`;
  return [finding(host, problem, `wait for that run (started ${time} UTC)`)];
}

/** A marked host is Plinth's, and so is what lies there, even after a run that was cut off. */
function leftOvers({ host, facts }: HostSubject): readonly CheckFinding[] {
  if (facts.owner !== undefined || facts.layers.length > 0) return [];
  const found = (paths: Readonly<Record<string, string>>) =>
    Object.entries(paths).filter(([path]) => facts.paths.includes(path));
  return [
    ...found(foreignPaths).map(([path, what]) => {
      const remedy = `reset that cluster on this host; if nobody needs it, remove ${path}`;
      return failure(host, `${path} is there: ${what}`, remedy);
    }),
    ...(host.node ? found(sharedPaths) : []).map(([path, what]) => {
      const remedy = "remove it unless something else on this host uses it";
      return warning(host, `${path} is there: ${what}`, remedy);
    }),
  ];
}
