import type * as pulumi from "@pulumi/pulumi";
import type { AddonArgs } from "../../kit/addon-args";
import { AddonComponent } from "../../kit/addon-component";
import { appliedObjects } from "../../kit/applied-objects";
import { traefikObjects } from "./objects";

/** Ingresses, and Gateways where wanted, are served to the outside: https://doc.traefik.io/traefik/ */
export function traefik(
  name: string,
  { config, images }: AddonArgs,
  opts: pulumi.ComponentResourceOptions,
): readonly AddonComponent[] {
  if (!config.addons.traefik.enabled) return [];
  const component = new AddonComponent("Traefik", name, opts, (child) => {
    appliedObjects(name, traefikObjects(config, images.traefik), child);
    return {};
  });
  return [component];
}
