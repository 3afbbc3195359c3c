import type * as pulumi from "@pulumi/pulumi";
import { admission } from "../../api/admission";
import type { AddonArgs } from "../../shape/addon-args";
import { AddonComponent } from "../../shape/addon-component";
import { appliedObjects } from "../../kit/applied-objects";
import type { MetalLbImages, metalLbManifests } from "./downloads";
import { metalLbObjects, metalLbPools, probe } from "./objects";

type MetalLbArgs = AddonArgs<keyof MetalLbImages, keyof typeof metalLbManifests>;

/** Services of type LoadBalancer get addresses, where the stack config has pools of them: https://metallb.io */
export function metalLb(
  name: string,
  { config, images, manifests, kubeconfig }: MetalLbArgs,
  opts: pulumi.ComponentResourceOptions,
): AddonComponent {
  const manifest = manifests["metallb-native"];
  return new AddonComponent("MetalLb", name, opts, (child) => {
    const upstream = appliedObjects(name, metalLbObjects(manifest, images), child);
    const dependsOn = admission([...upstream.values()], {
      config,
      kubeconfig,
      addon: "MetalLB",
      probe,
    });
    appliedObjects(name, metalLbPools(config.addons.metallb), { ...child, dependsOn });
    return {};
  });
}
