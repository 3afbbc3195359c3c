import type * as pulumi from "@pulumi/pulumi";
import type { AddonDefinition, Addons } from "../../components/config/model/addon-definition";
import type { AddonObject } from "../kit/addon-object";
import { appliedObjects } from "../kit/applied-objects";
import type { AddonArgs } from "./addon-args";
import { AddonComponent } from "./addon-component";

/** What add-ons offer each other, so that none has to know another by its name. */
export type Offer =
  "network" | "load-balancer" | "certificates" | "storage" | "gateway-kinds" | "ingress";

/** What makes an add-on's resources; called only where it is switched on. */
type Component = (
  name: string,
  args: AddonArgs,
  opts: pulumi.ComponentResourceOptions,
) => pulumi.Resource;

/** An add-on: what is known of it before anything is made, and what makes it. */
export interface Addon extends AddonDefinition {
  /** What is there once its resources are. */
  readonly offers?: Offer;
  /** What its resources come after where some add-on offers it; default: the network. */
  readonly uses?: (addons: Addons) => readonly Offer[];
  /** All of its objects, where the config and the catalogue alone say what they are. */
  readonly objects?: (args: ObjectArgs) => readonly AddonObject[];
  readonly component: Component;
}

/** What objects are made of that no other resource has a part in. */
export type ObjectArgs = Pick<AddonArgs, "config" | "images" | "manifests">;

/** An add-on whose component applies its objects and does no more; `kind` ends the component's type. */
export function appliedAddon(
  kind: string,
  definition: Omit<Addon, "component"> & Required<Pick<Addon, "objects">>,
): Addon {
  return {
    ...definition,
    component: (name, args, opts) =>
      new AddonComponent(kind, name, opts, (child) => {
        appliedObjects(name, definition.objects(args), child);
        return {};
      }),
  };
}
