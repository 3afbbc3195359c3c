import type * as pulumi from "@pulumi/pulumi";
import { charts } from "./charts/charts";
import type { Addon, Offer } from "./shape/addon";
import type { ClusterAddonArgs } from "./shape/addon-args";
import { registry } from "./registry";

/** What other add-ons come after anyway, so that charts need not. */
const ground: readonly (Offer | undefined)[] = ["network", "gateway-kinds"];

/** What runs in the cluster: the add-ons that are switched on, each after what it uses, then charts. */
export function clusterAddons(
  name: string,
  args: ClusterAddonArgs,
  opts: pulumi.ComponentResourceOptions,
): void {
  const { addons } = args.config;
  const on = registry.filter(({ isOn }) => isOn(addons));
  const made = new Map<Addon, pulumi.Resource>();
  const offering = (offers: readonly Offer[]) =>
    on
      .filter((each) => each.offers !== undefined && offers.includes(each.offers))
      .map((each) => resourceOf(each));
  const resourceOf = (addon: Addon): pulumi.Resource => {
    const existing = made.get(addon);
    if (existing !== undefined) return existing;
    const used = offering(addon.uses?.(addons) ?? ["network"]);
    // what it uses is on the network itself; without that, their pods would fail first
    const dependsOn = used.length > 0 || addon.offers === "network" ? used : offering(["network"]);
    const ordered = dependsOn.length > 0 ? { ...opts, dependsOn } : opts;
    const resource = addon.component(`${name}-${addon.name}`, args, ordered);
    made.set(addon, resource);
    return resource;
  };
  const dependsOn = on.map(resourceOf).filter((_, index) => !ground.includes(on[index]?.offers));
  // charts may use what the add-ons bring: classes, kinds
  charts(`${name}-chart`, args, { ...opts, dependsOn });
}
