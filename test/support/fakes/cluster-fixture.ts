import { registry } from "../../../addons/registry";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { clusterConfig } from "../../../components/config/cluster-config";
import type { ClusterConfig } from "../../../components/config/model/cluster-config";
import type { LayerContext } from "../../../components/host/layer-context";
import type { HostPlatform } from "../../../components/host/platform";
import { fakeCatalogue } from "./fake-catalogue";

const environment = { home: "/home/operator", workingDirectory: "/work" };

/** The cluster of `test/support/fakes/clusters/<name>.yaml` on hosts that are all alike. */
export function clusterFixture(name: string, platform = cgroupV2Platform): LayerContext {
  const config = clusterConfig(clusterInput(name), `${name}.yaml`, registry, environment);
  const platforms = platformsOf(config, platform);
  return { config, catalogue: fakeCatalogue, platforms, clusterId: "5eed".repeat(8) };
}

/** What `clusters/<name>.yaml` holds, as Pulumi would hand it over. */
export function clusterInput(name: string): Record<string, unknown> {
  const text = readFileSync(join(__dirname, "clusters", `${name}.yaml`), "utf8");
  return load(text) as Record<string, unknown>; // a fixture is a map by definition
}

/** A current distribution: systemd drives unified cgroups, its own resolver is fit for pods. */
const cgroupV2Platform: HostPlatform = {
  architecture: "amd64",
  cgroupVersion: 2,
  cgroupDriver: "systemd",
  resolvConf: "/etc/resolv.conf",
  networkInterface: "eth0",
};

/** An old kernel set-up on arm64, with a resolver configuration that pods can't use. */
export const cgroupV1Platform: HostPlatform = {
  architecture: "arm64",
  cgroupVersion: 1,
  cgroupDriver: "cgroupfs",
  resolvConf: "/etc/kubernetes/resolv.conf",
  resolvConfContent: "nameserver 10.1.0.2\nnameserver 10.1.0.3\nnameserver 10.1.0.4\n",
  networkInterface: "ens3",
};

function platformsOf(
  config: ClusterConfig,
  platform: HostPlatform,
): ReadonlyMap<string, HostPlatform> {
  return new Map(config.hosts.map((host) => [host.name, platform]));
}
