import { stringify } from "smol-toml";
import type { RuntimeConfig } from "../config/model/cluster-config";
import { catalogueBinaries, type BinarySources } from "../host/catalogue-binaries";
import { publicDirectory } from "../host/directory";
import type { LayerContent } from "../host/host-layer";
import { unitNames } from "../host/init/own-units";
import { execStart, restartsForever, systemdUnit } from "../host/init/systemd-unit";
import { paths } from "../host/paths";
import type { HostPlatform } from "../host/platform";
import { registryHostsDirectory } from "./registry-hosts";

export const containerdSocket = "/run/containerd/containerd.sock";
const configFile = paths.containerdConfig;
const { cniBinaries, cniConfig } = paths;

/** containerd, runc, crictl and the plugins that every pod network is built from, on one host. */
export function containerRuntimeContent(
  runtime: RuntimeConfig,
  pauseImage: string,
  platform: HostPlatform,
  sources: BinarySources,
): LayerContent {
  const owner = "root:root";
  return {
    directories: {
      "/etc/containerd": publicDirectory,
      [registryHostsDirectory]: publicDirectory,
      "/opt/cni": publicDirectory,
      [cniBinaries]: publicDirectory,
      "/etc/cni": publicDirectory,
      [cniConfig]: publicDirectory,
    },
    files: {
      [configFile]: {
        content: containerdConfig(runtime, pauseImage, platform),
        mode: "0644",
        owner,
      },
      "/etc/crictl.yaml": {
        content: `runtime-endpoint: unix://${containerdSocket}\nimage-endpoint: unix://${containerdSocket}\n`,
        mode: "0644",
        owner,
      },
    },
    binaries: {
      ...catalogueBinaries(sources, "containerd", ["containerd", "containerd-shim-runc-v2", "ctr"]),
      ...catalogueBinaries(sources, "runc", ["runc"], "/usr/local/sbin"),
      ...catalogueBinaries(sources, "crictl", ["crictl"]),
      ...catalogueBinaries(
        sources,
        "cni-plugins",
        ["bridge", "host-local", "loopback", "portmap"],
        cniBinaries,
      ),
    },
    modules: ["overlay"],
    units: {
      [unitNames.containerd]: {
        content: containerdUnit,
        enabled: true,
        running: true,
        // the registry hosts are read at every pull, CNI's directory is watched
        restartOn: [`${paths.binaries}/containerd`, configFile],
        reloadOn: [],
      },
    },
    ready: [
      { kind: "command", command: [`${paths.binaries}/crictl`, "version"], deadlineSeconds: 60 },
    ],
    dataDirectories: ["/var/lib/containerd", "/run/containerd", "/run/nri", "/var/lib/cni"],
    // the portmap plugin's, of either of its back ends
    nftables: ["ip cni_hostport", "ip6 cni_hostport"],
    iptablesChains: ["CNI-"],
  };
}

/** https://github.com/containerd/containerd/blob/main/docs/cri/config.md */
function containerdConfig(
  runtime: RuntimeConfig,
  pauseImage: string,
  platform: HostPlatform,
): string {
  return `${stringify({
    version: 3,
    root: "/var/lib/containerd",
    state: "/run/containerd",
    grpc: { address: containerdSocket },
    plugins: {
      // its default lies outside the root, and nothing is ever installed there
      "io.containerd.internal.v1.opt": { path: "/var/lib/containerd/opt" },
      "io.containerd.cri.v1.images": {
        pinned_images: { sandbox: pauseImage },
        registry: { config_path: registryHostsDirectory },
      },
      "io.containerd.cri.v1.runtime": {
        restrict_oom_score_adj: runtime.restrictOomScoreAdj,
        // /run/netns may hold namespaces of others
        netns_mounts_under_state_dir: true,
        cni: { bin_dirs: [cniBinaries], conf_dir: cniConfig },
        containerd: {
          default_runtime_name: "runc",
          runtimes: {
            runc: {
              runtime_type: "io.containerd.runc.v2",
              options: {
                BinaryName: "/usr/local/sbin/runc",
                SystemdCgroup: platform.cgroupDriver === "systemd",
              },
            },
          },
        },
      },
    },
  })}\n`;
}

// https://github.com/containerd/containerd/blob/main/containerd.service
const containerdUnit = systemdUnit({
  Unit: {
    Description: "containerd container runtime",
    ...restartsForever,
    Documentation: "https://containerd.io",
    Wants: "network-online.target",
    After: "network-online.target local-fs.target",
  },
  Service: {
    Type: "notify",
    ExecStart: execStart(`${paths.binaries}/containerd`, {}),
    // containers outlive a restart of their runtime
    KillMode: "process",
    Delegate: "yes",
    Restart: "always",
    RestartSec: "2",
    // no LimitNOFILE: containers inherit it, and some programs walk through all descriptors
    LimitNPROC: "infinity",
    TasksMax: "infinity",
    OOMScoreAdjust: -999,
    MemoryAccounting: "yes",
  },
  Install: { WantedBy: "multi-user.target" },
});
