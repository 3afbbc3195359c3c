import { join } from "node:path";

/** Machine-wide state of the lab; removed by `lab down`. */
export const stateDir = "/var/lib/plinth-lab";

/** Run-time state: a folder per host and service with its process and log. */
export const runDir = "/run/plinth-lab";

/** The lab's SSH key, accepted by every host for `root` and `ops`. */
export const sshKeyFile = join(stateDir, "ssh/id_ed25519");

/** Host keys of all hosts, for strict checking. */
export const knownHostsFile = join(stateDir, "known_hosts");

/** The lab's catalogue of artifacts and images. */
export const catalogueFile = join(stateDir, "catalogue.json");

/** The admin kubeconfig of the stack that `start` brought up. */
export const kubeconfigFile = join(stateDir, "kubeconfig");
