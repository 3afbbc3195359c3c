import type * as pulumi from "@pulumi/pulumi";
import type { AddonArgs } from "../../shape/addon-args";
import { AddonComponent } from "../../shape/addon-component";
import { appliedObjects } from "../../kit/applied-objects";
import { flannelObjects } from "./objects";

/** Pods of different hosts reach each other. */
export function flannel(
  name: string,
  { config, images }: AddonArgs,
  opts: pulumi.ComponentResourceOptions,
): AddonComponent {
  return new AddonComponent("Flannel", name, opts, (child) => {
    appliedObjects(name, flannelObjects(config, images.flannel), child);
    return {};
  });
}
