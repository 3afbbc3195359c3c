import type * as pulumi from "@pulumi/pulumi";
import type { AddonArgs } from "../../shape/addon-args";
import { AddonComponent } from "../../shape/addon-component";
import { appliedObjects } from "../../kit/applied-objects";
import { sampleAppObjects } from "./objects";

/** A page that says which pod answered, reached by its host name through the ingress. */
export function sampleApp(
  name: string,
  { config, images }: AddonArgs,
  opts: pulumi.ComponentResourceOptions,
): AddonComponent {
  const { host, issuer } = config.addons.sampleApp;
  if (host === undefined) throw new Error("a checked config has a host for the sample application");
  return new AddonComponent("SampleApp", name, opts, (child) => {
    appliedObjects(name, sampleAppObjects(host, issuer, images["http-echo"]), child);
    return {};
  });
}
