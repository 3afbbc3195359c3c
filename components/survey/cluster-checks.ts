import { hostAddresses } from "../host/platform";
import { canonicalAddress } from "../network/addresses";
import { type ClusterCheck, failure, type HostSubject, warning } from "./finding";

/** Checks of hosts against each other. */
export const clusterChecks: readonly ClusterCheck[] = [machineIds, hostnames, sharedAddresses];

/** Two names for one machine would fight over it; so would clones over leases and addresses. */
function machineIds(subjects: readonly HostSubject[]): ReturnType<ClusterCheck> {
  return sharedValues(subjects, ({ facts }) => facts.machineId).map(({ subject, others }) =>
    failure(
      subject.host,
      `it has the same machine id as ${others}`,
      "list a machine once; on a clone: rm /etc/machine-id, systemd-machine-id-setup, reboot",
    ),
  );
}

function hostnames(subjects: readonly HostSubject[]): ReturnType<ClusterCheck> {
  return sharedValues(subjects, ({ facts }) => facts.hostname).map(({ subject, others }) =>
    warning(
      subject.host,
      `it has the same hostname ${subject.facts.hostname} as ${others}`,
      `hostnamectl set-hostname ${subject.host.name}`,
    ),
  );
}

/** On two machines an address leads to either, whoever asks. */
function sharedAddresses(subjects: readonly HostSubject[]): ReturnType<ClusterCheck> {
  return subjects.flatMap((subject) => {
    const { host } = subject;
    const own = canonicalAddress(host.internalAddress);
    const others = subjects.filter(
      (other) => other !== subject && hostAddresses(other.facts).includes(own),
    );
    if (others.length === 0) return [];
    const names = others.map((other) => other.host.name).join(", ");
    const problem = `its internal address ${own} is on ${names}, too`;
    return [failure(host, problem, "take it from the machine that it does not belong to")];
  });
}

function sharedValues(
  subjects: readonly HostSubject[],
  identity: (subject: HostSubject) => string,
): readonly { readonly subject: HostSubject; readonly others: string }[] {
  return subjects.flatMap((subject) => {
    const own = identity(subject);
    const others = subjects.filter((other) => other !== subject && identity(other) === own);
    if (own === "" || others.length === 0) return [];
    return [{ subject, others: others.map(({ host }) => host.name).join(", ") }];
  });
}
