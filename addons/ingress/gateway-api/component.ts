import type * as pulumi from "@pulumi/pulumi";
import type { AddonArgs } from "../../shape/addon-args";
import { AddonComponent } from "../../shape/addon-component";
import { appliedObjects } from "../../kit/applied-objects";
import { neededManifest } from "../../kit/needed-manifest";
import { gatewayApiObjects } from "./objects";

/** The kinds of the Gateway API, for whatever serves them: https://gateway-api.sigs.k8s.io */
export function gatewayApi(
  name: string,
  { manifests }: AddonArgs,
  opts: pulumi.ComponentResourceOptions,
): AddonComponent {
  const manifest = neededManifest(manifests, "gateway-api");
  return new AddonComponent("GatewayApi", name, opts, (child) => {
    appliedObjects(name, gatewayApiObjects(manifest), child);
    return {};
  });
}
