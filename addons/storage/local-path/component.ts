import type * as pulumi from "@pulumi/pulumi";
import type { AddonArgs } from "../../shape/addon-args";
import { AddonComponent } from "../../shape/addon-component";
import { appliedObjects } from "../../kit/applied-objects";
import { localPathObjects } from "./objects";

/** Claims get directories of the nodes' own disks: https://github.com/rancher/local-path-provisioner */
export function localPathStorage(
  name: string,
  { config, images }: AddonArgs,
  opts: pulumi.ComponentResourceOptions,
): AddonComponent {
  const { storageClasses } = config.addons;
  return new AddonComponent("LocalPathStorage", name, opts, (child) => {
    appliedObjects(name, localPathObjects(storageClasses, images), child);
    return {};
  });
}
