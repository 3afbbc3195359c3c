import type { HostFacts } from "../../provider/survey-api";
import { isArchitecture } from "../host/platform";
import { type CheckFinding, failure, type HostCheck, type HostSubject, warning } from "./finding";
import { hostCommands, nodeCommands, nodeModules, packageCommands } from "./survey-questions";

const testedDistributions: readonly string[] = ["debian 12"];
const minSystemd = 245;
const minKernel = "4.19";
/** kube-proxy refuses nftables on an older one. */
const minNftablesKernel = "5.13";
const warnedClockOffsetMs = 2000;
const maxClockOffsetMs = 30_000;

/** Checks of what a host is and runs, whatever cluster it belongs to. */
export const systemChecks: readonly HostCheck[] = [
  privilege,
  distribution,
  architecture,
  kernel,
  systemd,
  cgroups,
  swap,
  modules,
  commands,
  clock,
];

function privilege({ host, facts }: HostSubject): readonly CheckFinding[] {
  if (facts.privilege !== "none") return [];
  const remedy = "log in as root, let sudo work without a password, or set plinth:sudoPassword";
  return [failure(host, `${host.user} can't become root`, remedy)];
}

function distribution({ host, facts }: HostSubject): readonly CheckFinding[] {
  const name = `${facts.distribution} ${facts.distributionVersion}`.trimEnd();
  if (testedDistributions.includes(name)) return [];
  const remedy = `try it first on a host you can afford to lose; tested: ${testedDistributions.join(", ")}`;
  return [warning(host, `the distribution ${name} is untested`, remedy)];
}

function architecture({ host, facts }: HostSubject): readonly CheckFinding[] {
  if (isArchitecture(facts.architecture)) return [];
  const problem = `the architecture ${facts.architecture} has no binaries`;
  return [failure(host, problem, "use a host with amd64 or arm64")];
}

function kernel({ config, host, facts }: HostSubject): readonly CheckFinding[] {
  const nftables = host.node && config.kubeProxy.mode === "nftables";
  if (isOlder(facts.kernel, minKernel)) {
    const problem = `the kernel ${facts.kernel} is older than ${minKernel}`;
    return [failure(host, problem, "upgrade the distribution")];
  }
  if (!nftables || !isOlder(facts.kernel, minNftablesKernel)) return [];
  const problem = `kube-proxy's mode nftables needs kernel ${minNftablesKernel}, not ${facts.kernel}`;
  return [failure(host, problem, "set kubeProxy.mode to iptables, or upgrade the kernel")];
}

function systemd({ host, facts }: HostSubject): readonly CheckFinding[] {
  if (facts.systemdVersion === 0) {
    return [failure(host, "PID 1 is not systemd", "use a host that boots with systemd")];
  }
  if (facts.systemdVersion >= minSystemd) return [];
  const problem = `systemd ${facts.systemdVersion} is older than ${minSystemd}`;
  return [failure(host, problem, "upgrade the distribution")];
}

function cgroups({ config, host, facts }: HostSubject): readonly CheckFinding[] {
  if (!host.node || facts.cgroupVersion === 2 || config.allowCgroupV1) return [];
  const remedy =
    "boot with systemd.unified_cgroup_hierarchy=1, or set allowCgroupV1 while Kubernetes still supports it";
  return [failure(host, "it runs on cgroup v1, which Kubernetes no longer supports", remedy)];
}

function swap({ config, host, facts }: HostSubject): readonly CheckFinding[] {
  const allowed = config.kubelet.extraArgs["fail-swap-on"] === "false";
  if (!host.node || facts.swapMiB === 0 || allowed) return [];
  const remedy =
    "swapoff -a and take it out of /etc/fstab, or set kubelet.extraArgs.fail-swap-on to false";
  return [
    failure(host, `${facts.swapMiB} MiB of swap are on, and the kubelet won't start`, remedy),
  ];
}

function modules({ config, host, facts }: HostSubject): readonly CheckFinding[] {
  if (!host.node) return [];
  return Object.entries({ ...nodeModules, ...config.needs.modules })
    .filter(([module]) => !facts.modules.includes(module))
    .map(([module, use]) =>
      failure(
        host,
        `the kernel module ${module} is missing; it is needed for ${use}`,
        `install the kernel's package of extra modules, such as linux-modules-extra-${facts.kernel}`,
      ),
    );
}

function commands({ host, facts }: HostSubject): readonly CheckFinding[] {
  const needed = [...hostCommands, ...(host.node ? [...nodeCommands, packageCommands] : [])];
  return needed
    .filter((names) => !names.some((name) => facts.commands.includes(name)))
    .map((names) => {
      const problem = `the command ${names.join(" or ")} is missing`;
      return failure(host, problem, `install the package with ${names[0] ?? ""}`);
    });
}

function clock({ host, facts }: HostSubject): readonly CheckFinding[] {
  const offset = Math.abs(facts.clockOffsetMs);
  if (offset <= warnedClockOffsetMs) return [];
  const direction = facts.clockOffsetMs > 0 ? "ahead of" : "behind";
  const seconds = (offset / 1000).toFixed(1);
  const problem = `its clock is ${seconds} s ${direction} this machine's`;
  const remedy = "run a time service such as chrony on both";
  return [
    offset > maxClockOffsetMs
      ? failure(host, `${problem}, so certificates and leases won't hold`, remedy)
      : warning(host, problem, remedy),
  ];
}

/** Compares `major.minor` of two kernels. */
function isOlder(kernelRelease: HostFacts["kernel"], than: string): boolean {
  const [major = 0, minor = 0] = kernelRelease.split(/[.-]/).map(Number);
  const [thanMajor = 0, thanMinor = 0] = than.split(".").map(Number);
  return major < thanMajor || (major === thanMajor && minor < thanMinor);
}
