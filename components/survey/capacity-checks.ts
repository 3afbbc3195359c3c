import {
  type CheckFinding,
  failure,
  type HostCheck,
  type HostSubject,
  isOwn,
  warning,
} from "./finding";
import { storagePaths } from "./survey-questions";

/** Below the first a host can't do its work; below the second it is tight. All in MiB. */
interface Capacity {
  readonly least: number;
  readonly advised: number;
}

/** A host sold with 1 GiB shows about 960 MiB. */
const memoryOf = {
  "control-plane": { least: 900, advised: 2048 },
  etcd: { least: 400, advised: 1024 },
  worker: { least: 600, advised: 1024 },
} as const satisfies Record<string, Capacity>;

const nodeDisk: Capacity = { least: 3072, advised: 10_240 };
const otherDisk: Readonly<Record<string, number>> = { "/opt": 200, "/etc": 20 };
/** MiB; a volume has no size of its own there, so this only tells a disk that is as good as full. */
const storageDisk = 512;
const mib = 2 ** 20;

/** Checks of how much a host has. */
export const capacityChecks: readonly HostCheck[] = [memory, stateDisk, otherDisks, storageDisks];

function memory({ host, facts }: HostSubject): readonly CheckFinding[] {
  const [needs] = host.roles
    .map((role) => ({ role, ...memoryOf[role] }))
    .sort((one, other) => other.least - one.least);
  if (needs === undefined || facts.memoryMiB >= needs.advised) return [];
  const problem = `it has ${facts.memoryMiB} MiB of memory`;
  return [
    facts.memoryMiB < needs.least
      ? failure(host, problem, `give it ${needs.least} MiB or more for the role ${needs.role}`)
      : warning(host, problem, `${needs.advised} MiB leave room for the role ${needs.role}`),
  ];
}

/** Of a host in use only a warning: refusing it would also refuse what makes room. */
function stateDisk(subject: HostSubject): readonly CheckFinding[] {
  const { config, host, facts } = subject;
  const free = facts.freeDiskMiB["/var/lib"];
  if (free === undefined) return [];
  const quota = host.roles.includes("etcd") ? Math.ceil(config.etcd.quotaBackendBytes / mib) : 0;
  const least = (host.node ? nodeDisk.least : 0) + quota / 2;
  const advised = (host.node ? nodeDisk.advised : 0) + quota;
  if (free >= advised) return [];
  const problem = `/var/lib has ${free} MiB free`;
  return [
    free < least && !isOwn(subject)
      ? failure(host, problem, `make room for ${least} MiB or more`)
      : warning(host, problem, `${advised} MiB leave room for images and the database`),
  ];
}

function otherDisks(subject: HostSubject): readonly CheckFinding[] {
  return Object.entries(otherDisk).flatMap(([path, least]) => leastDisk(subject, path, least));
}

function storageDisks(subject: HostSubject): readonly CheckFinding[] {
  if (!subject.host.node) return [];
  const paths = [...new Set(storagePaths(subject.config))];
  return paths.flatMap((path) => leastDisk(subject, path, storageDisk));
}

function leastDisk(subject: HostSubject, path: string, least: number): readonly CheckFinding[] {
  const { host, facts } = subject;
  const free = facts.freeDiskMiB[path] ?? least;
  if (free >= least) return [];
  const problem = `${path} has ${free} MiB free`;
  const remedy = `make room for ${least} MiB or more`;
  return [isOwn(subject) ? warning(host, problem, remedy) : failure(host, problem, remedy)];
}
