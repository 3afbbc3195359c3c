import type * as pulumi from "@pulumi/pulumi";
import type { AddonArgs } from "../../shape/addon-args";
import { AddonComponent } from "../../shape/addon-component";
import { appliedObjects } from "../../kit/applied-objects";
import { traefikObjects } from "./objects";

/** Ingresses, and Gateways where wanted, are served to the outside: https://doc.traefik.io/traefik/ */
export function traefik(
  name: string,
  { config, images }: AddonArgs,
  opts: pulumi.ComponentResourceOptions,
): AddonComponent {
  return new AddonComponent("Traefik", name, opts, (child) => {
    appliedObjects(name, traefikObjects(config, images.traefik), child);
    return {};
  });
}
