import { type Definition, goTools } from "./recipes";

/** What only add-ons need: made where a stack config switches them on. */
export const addonDefinitions = [
  {
    // built always: upstream publishes images alone
    name: "local-path-provisioner",
    version: "0.0.30",
    recipe: goTools({ ldflags: ["-X=main.VERSION=v0.0.30"] }),
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
    recipe: goTools({ ldflags: ["-X=github.com/traefik/traefik/v3/pkg/version.Version=3.6.12"] }),
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
    recipe: goTools({ ldflags: ["-X=github.com/hashicorp/http-echo/version.Version=1.0.0"] }),
  },
  {
    name: "metallb",
    version: "0.16.1",
    outputs: ["controller", "speaker"],
  },
  {
    name: "metallb-native",
    version: "0.16.1",
    folder: "metallb",
    recipe: {
      kind: "manifest",
      module: "go.universe.tf/metallb",
      folder: "config/manifests",
      prefix: "metallb-native.",
    },
    outputs: ["metallb-native.yaml"],
  },
] as const satisfies readonly Definition<string>[];
