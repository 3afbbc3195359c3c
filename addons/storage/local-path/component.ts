import type * as pulumi from "@pulumi/pulumi";
import type { AddonArgs } from "../../kit/addon-args";
import { AddonComponent } from "../../kit/addon-component";
import { appliedObjects } from "../../kit/applied-objects";
import { localPathObjects } from "./objects";

/** Claims get directories of the nodes' own disks: https://github.com/rancher/local-path-provisioner */
export function localPathStorage(
  name: string,
  { config, images }: AddonArgs,
  opts: pulumi.ComponentResourceOptions,
): readonly AddonComponent[] {
  const { storageClasses } = config.addons;
  if (Object.keys(storageClasses).length === 0) return [];
  const component = new AddonComponent("LocalPathStorage", name, opts, (child) => {
    appliedObjects(name, localPathObjects(storageClasses, images), child);
    return {};
  });
  return [component];
}
