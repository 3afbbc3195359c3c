import type * as pulumi from "@pulumi/pulumi";
import type { AddonArgs } from "../../kit/addon-args";
import { AddonComponent } from "../../kit/addon-component";
import { appliedObjects } from "../../kit/applied-objects";
import { sampleAppObjects } from "./objects";

/** A page that says which pod answered, reached by its host name through the ingress. */
export function sampleApp(
  name: string,
  { config, images }: AddonArgs,
  opts: pulumi.ComponentResourceOptions,
): readonly AddonComponent[] {
  const { enabled, host, issuer } = config.addons.sampleApp;
  if (!enabled || host === undefined) return [];
  const component = new AddonComponent("SampleApp", name, opts, (child) => {
    appliedObjects(name, sampleAppObjects(host, issuer, images["http-echo"]), child);
    return {};
  });
  return [component];
}
