import * as pulumi from "@pulumi/pulumi";

/** What runs in the cluster, as one component whose objects go without a call when the API goes. */
export abstract class Addon extends pulumi.ComponentResource {
  /** Options of the add-on's objects. */
  protected readonly child: pulumi.CustomResourceOptions;

  protected constructor(kind: string, name: string, opts: pulumi.ComponentResourceOptions) {
    super(`plinth:addons:${kind}`, name, {}, opts);
    this.child = {
      parent: this,
      // children inherit everything but this
      ...(opts.deletedWith === undefined ? {} : { deletedWith: opts.deletedWith }),
    };
  }
}
