import {
  type CheckFinding,
  failure,
  type HostCheck,
  type HostSubject,
  isOwn,
  warning,
} from "./finding";

/** Below the first a host can't do its work; below the second it is tight. All in MiB. */
interface Capacity {
  readonly min: number;
  readonly advised: number;
}

/** A host sold with 1 GiB shows about 960 MiB. */
const memoryOf = {
  "control-plane": { min: 900, advised: 2048 },
  etcd: { min: 400, advised: 1024 },
  worker: { min: 600, advised: 1024 },
} as const satisfies Record<string, Capacity>;

const nodeDisk: Capacity = { min: 3072, advised: 10_240 };
const otherDisk: Readonly<Record<string, number>> = { "/opt": 200, "/etc": 20 };
/** MiB; a volume has no size of its own there, so this only detects a disk that is all but full. */
const storageDisk = 512;
const mib = 2 ** 20;

/** Checks of how much a host has. */
export const capacityChecks: readonly HostCheck[] = [memory, stateDisk, otherDisks, storageDisks];

function memory({ host, facts }: HostSubject): readonly CheckFinding[] {
  const [needs] = host.roles
    .map((role) => ({ role, ...memoryOf[role] }))
    .sort((one, other) => other.min - one.min);
  if (needs === undefined || facts.memoryMiB >= needs.advised) return [];
  const problem = `it has ${facts.memoryMiB} MiB of memory`;
  return [
    facts.memoryMiB < needs.min
      ? failure(host, problem, `give it ${needs.min} MiB or more for the role ${needs.role}`)
      : warning(host, problem, `${needs.advised} MiB leave room for the role ${needs.role}`),
  ];
}

/** Of a host in use only a warning: refusing it would also refuse what makes room. */
function stateDisk(subject: HostSubject): readonly CheckFinding[] {
  const { config, host, facts } = subject;
  const free = facts.freeDiskMiB["/var/lib"];
  if (free === undefined) return [];
  const quota = host.roles.includes("etcd") ? Math.ceil(config.etcd.quotaBackendBytes / mib) : 0;
  const min = (host.node ? nodeDisk.min : 0) + quota / 2;
  const advised = (host.node ? nodeDisk.advised : 0) + quota;
  if (free >= advised) return [];
  const problem = `/var/lib has ${free} MiB free`;
  return [
    free < min && !isOwn(subject)
      ? failure(host, problem, `make room for ${min} MiB or more`)
      : warning(host, problem, `${advised} MiB leave room for images and the database`),
  ];
}

function otherDisks(subject: HostSubject): readonly CheckFinding[] {
  return Object.entries(otherDisk).flatMap(([path, min]) => minDisk(subject, path, min));
}

function storageDisks(subject: HostSubject): readonly CheckFinding[] {
  if (!subject.host.node) return [];
  const paths = [...new Set(subject.config.needs.directories)];
  return paths.flatMap((path) => minDisk(subject, path, storageDisk));
}

function minDisk(subject: HostSubject, path: string, min: number): readonly CheckFinding[] {
  const { host, facts } = subject;
  const free = facts.freeDiskMiB[path] ?? min;
  if (free >= min) return [];
  const problem = `${path} has ${free} MiB free`;
  const remedy = `make room for ${min} MiB or more`;
  return [isOwn(subject) ? warning(host, problem, remedy) : failure(host, problem, remedy)];
}
