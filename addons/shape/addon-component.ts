import * as pulumi from "@pulumi/pulumi";

/** What runs in the cluster, as one component whose resources go without a call when the API goes. */
export class AddonComponent extends pulumi.ComponentResource {
  /** `fill` makes the resources with the options that it is given, and returns the outputs. */
  constructor(
    kind: string,
    name: string,
    opts: pulumi.ComponentResourceOptions,
    fill: (child: pulumi.CustomResourceOptions) => pulumi.Inputs,
  ) {
    super(`plinth:addons:${kind}`, name, {}, opts);
    const child = {
      parent: this,
      // children inherit everything but this
      ...(opts.deletedWith === undefined ? {} : { deletedWith: opts.deletedWith }),
    };
    this.registerOutputs(fill(child));
  }
}
