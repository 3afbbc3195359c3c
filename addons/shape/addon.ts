import type * as pulumi from "@pulumi/pulumi";
import type { AddonDefinition, Addons } from "../../components/config/model/addon-definition";
import type { AddonArgs } from "./addon-args";

/** What add-ons offer each other, so that none has to know another by its name. */
export type Offer =
  "network" | "load-balancer" | "certificates" | "storage" | "gateway-kinds" | "ingress";

/** An add-on: what is known of it before anything is made, and what makes it. */
export interface Addon extends AddonDefinition {
  /** What is there once its resources are. */
  readonly offers?: Offer;
  /** What its resources come after where some add-on offers it; default: the network. */
  readonly uses?: (addons: Addons) => readonly Offer[];
  /** Makes its resources; called only where it is switched on. */
  readonly component: (
    name: string,
    args: AddonArgs,
    opts: pulumi.ComponentResourceOptions,
  ) => pulumi.Resource;
}
