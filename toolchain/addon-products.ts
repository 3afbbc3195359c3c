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
] as const satisfies readonly Definition<string>[];
