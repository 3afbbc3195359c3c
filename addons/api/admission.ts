import * as pulumi from "@pulumi/pulumi";
import type { ClusterConfig } from "../../components/config/model/cluster-config";
import { errorText } from "../../components/text/error-text";
import { ApiReader } from "./api-reader";
import { waitsForPods } from "./skip-await";
import { untilAdmitted } from "./wait-for-objects";

/** How to find out that the API admits objects of an add-on. */
export interface AdmissionArgs {
  readonly config: ClusterConfig;
  readonly kubeconfig: pulumi.Output<string>;
  /** Whose webhook the API asks. */
  readonly addon: string;
  /** An object that is never made, and the path at which it would be. */
  readonly probe: { readonly path: string; readonly object: object };
}

/** A webhook answers only after its pod is ready, and after the API servers know whom to trust. */
const seconds = 120;

/**
 * What objects depend on whose admission calls a webhook that comes with `needed`: these, as soon as
 * the API takes such an object. A run in which it does not fails.
 */
export function admission(
  needed: readonly pulumi.Resource[],
  { config, kubeconfig, addon, probe }: AdmissionArgs,
): pulumi.Input<pulumi.Input<pulumi.Resource>[]> {
  if (pulumi.runtime.isDryRun() || !waitsForPods(config)) return [...needed];
  const made = pulumi.all(needed.map(({ urn }) => urn));
  return pulumi.all([kubeconfig, made]).apply(async ([text]) => {
    await untilAdmitted(new ApiReader(text), probe.path, probe.object, seconds).catch(
      (error: unknown) => {
        throw new pulumi.RunError(
          `${addon}'s webhook admits no object after ${seconds} s: ${errorText(error)}`,
        );
      },
    );
    return [...needed];
  });
}
