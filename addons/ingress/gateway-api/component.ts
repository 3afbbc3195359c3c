import type * as pulumi from "@pulumi/pulumi";
import type { AddonArgs } from "../../kit/addon-args";
import { AddonComponent } from "../../kit/addon-component";
import { appliedObjects } from "../../kit/applied-objects";
import { gatewayApiObjects } from "./objects";

/** The kinds of the Gateway API, for whatever serves them: https://gateway-api.sigs.k8s.io */
export function gatewayApi(
  name: string,
  { manifests }: AddonArgs,
  opts: pulumi.ComponentResourceOptions,
): readonly AddonComponent[] {
  // there when the Gateway API is switched on
  const manifest = manifests["gateway-api"];
  if (manifest === undefined) return [];
  const component = new AddonComponent("GatewayApi", name, opts, (child) => {
    appliedObjects(name, gatewayApiObjects(manifest), child);
    return {};
  });
  return [component];
}
