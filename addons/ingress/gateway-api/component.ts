import type * as pulumi from "@pulumi/pulumi";
import type { ManifestObject } from "../../../components/catalogue/upstream-manifests";
import { Addon } from "../../kit/addon";
import { upstreamObjects } from "../../kit/upstream-objects";

/** The kinds of the Gateway API, for whatever serves them: https://gateway-api.sigs.k8s.io */
export class GatewayApi extends Addon {
  constructor(
    resourceName: string,
    args: { readonly definitions: readonly ManifestObject[] },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("GatewayApi", resourceName, opts);
    // the kinds alone, whatever else a release holds
    const kinds = args.definitions.filter(({ kind }) => kind === "CustomResourceDefinition");
    upstreamObjects(resourceName, kinds, this.child);
    this.registerOutputs();
  }
}
