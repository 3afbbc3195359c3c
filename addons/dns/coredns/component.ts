import type * as pulumi from "@pulumi/pulumi";
import type { AddonArgs } from "../../shape/addon-args";
import { AddonComponent } from "../../shape/addon-component";
import { appliedObjects } from "../../kit/applied-objects";
import { coreDnsObjects } from "./objects";

/** Names of services resolve in every pod, as long as one of CoreDNS's replicas lives. */
export function coreDns(
  name: string,
  { config, images }: AddonArgs,
  opts: pulumi.ComponentResourceOptions,
): AddonComponent {
  return new AddonComponent("CoreDns", name, opts, (child) => {
    appliedObjects(name, coreDnsObjects(config, images.coredns), child);
    return {};
  });
}
