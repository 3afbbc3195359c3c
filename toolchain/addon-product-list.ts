import { type Definition, goTools, members } from "./build-steps";

const certManagerVersion = "1.11.5";
const metallbVersion = "0.16.1";

/** Go variable with the version in the binaries of Prometheus' own projects. */
const prometheusVersion = "github.com/prometheus/common/version.Version";

/** The archive of one of Prometheus' own projects, which all look alike. */
const prometheusRelease =
  (project: string, outputs: readonly string[]): NonNullable<Definition<string>["release"]> =>
  (version, arch) => {
    const at = `https://github.com/prometheus/${project}/releases/download/v${version}`;
    const archive = `${project}-${version}.linux-${arch}`;
    return {
      url: `${at}/${archive}.tar.gz`,
      checksum: { url: `${at}/sha256sums.txt` },
      outputs: members(`${archive}/`, outputs),
    };
  };

/** cert-manager's `cert-manager.yaml` as its release has it: its chart, rendered by upstream's rules. */
const certManagerManifest = <Name extends string>(name: Name, version: string) =>
  ({
    name,
    version,
    folder: "helm",
    recipe: {
      kind: "chart",
      module: "github.com/cert-manager/cert-manager",
      folder: "deploy/charts/cert-manager",
      definitions: "deploy/crds",
      release: "cert-manager",
      kubernetesVersion: "1.36.0",
      values: ["installCRDs=true", "creator=static", "startupapicheck.enabled=false"],
    },
    outputs: ["cert-manager.yaml"],
  }) as const;

/** What only add-ons need: made where a stack config switches them on. */
export const addonDefinitions = [
  {
    // built always: upstream publishes images alone
    name: "local-path-provisioner",
    version: "0.0.30",
    versionVariable: "main.VERSION",
  },
  {
    name: "metrics-server",
    version: "0.9.0",
    versionVariable: "k8s.io/client-go/pkg/version.gitVersion",
  },
  {
    // newer ones need modules that the Go module registry does not serve
    name: "traefik",
    version: "3.6.12",
    versionVariable: "github.com/traefik/traefik/v3/pkg/version.Version",
    versionPrefix: "",
  },
  {
    // a manifest: upstream publishes no checksum of it
    name: "gateway-api",
    version: "1.4.0",
    recipe: {
      kind: "manifest",
      module: "sigs.k8s.io/gateway-api",
      folder: "config/crd/standard",
      prefix: "gateway",
    },
    outputs: ["standard-install.yaml"],
  },
  {
    name: "http-echo",
    version: "1.0.0",
    versionVariable: "github.com/hashicorp/http-echo/version.Version",
    versionPrefix: "",
  },
  {
    name: "metallb",
    version: metallbVersion,
    outputs: ["controller", "speaker"],
  },
  {
    name: "metallb-native",
    version: metallbVersion,
    folder: "metallb",
    recipe: {
      kind: "manifest",
      module: "go.universe.tf/metallb",
      folder: "config/manifests",
      prefix: "metallb-native.",
    },
    outputs: ["metallb-native.yaml"],
  },
  {
    name: "prometheus",
    version: "3.14.0",
    versionVariable: prometheusVersion,
    versionPrefix: "",
    recipe: goTools({ tags: ["remove_all_sd", "enable_kubernetes_sd"] }),
    outputs: ["prometheus", "promtool"],
    release: prometheusRelease("prometheus", ["prometheus", "promtool"]),
  },
  {
    // its web pages, which the module has the sources of; the official binary has them inside
    name: "prometheus-web",
    version: "0.314.0",
    releaseVersion: "3.14.0",
    recipe: { kind: "script", script: "build.sh", module: "github.com/prometheus/prometheus" },
    outputs: ["static"],
    release: (version) => {
      const at = `https://github.com/prometheus/prometheus/releases/download/v${version}`;
      return {
        url: `${at}/prometheus-web-ui-${version}.tar.gz`,
        checksum: { url: `${at}/sha256sums.txt` },
        outputs: members("", ["static"]),
      };
    },
  },
  {
    // the last version whose module has what the binary embeds
    name: "alertmanager",
    version: "0.31.1",
    versionVariable: prometheusVersion,
    versionPrefix: "",
    release: prometheusRelease("alertmanager", ["alertmanager"]),
  },
  {
    name: "node-exporter",
    version: "1.12.1",
    versionVariable: prometheusVersion,
    versionPrefix: "",
    recipe: goTools({ rename: { node_exporter: "node-exporter" } }),
  },
  {
    // the last version whose commands are not modules of their own, which the registry refuses
    name: "cert-manager",
    version: certManagerVersion,
    versionVariable: "github.com/cert-manager/cert-manager/pkg/util.AppVersion",
    outputs: ["controller", "webhook", "cainjector", "acmesolver"],
  },
  certManagerManifest("cert-manager-manifest", certManagerVersion),
  // what users get, for the lab's API server to check
  certManagerManifest("cert-manager-newest-manifest", "1.21.2"),
  {
    // a real ACME server with a CA of its own, and the DNS server that it asks
    name: "pebble",
    version: "2.10.1",
    outputs: ["pebble", "pebble-challtestsrv"],
  },
  {
    // built always, as metrics-server is
    name: "kube-state-metrics",
    version: "2.20.0",
    versionVariable: prometheusVersion,
  },
] as const satisfies readonly Definition<string>[];
