import * as pulumi from "@pulumi/pulumi";
import type { ClusterConfig } from "../../components/config/model/cluster-config";
import { errorText } from "../../components/text/error-text";
import { ApiReader } from "./api-reader";
import { waitsForPods } from "./skip-await";
import { taken } from "./wait-for-objects";

/** How it is found out that the API takes objects of an add-on. */
export interface Admission {
  readonly config: ClusterConfig;
  readonly kubeconfig: pulumi.Output<string>;
  /** Whose webhook the API asks. */
  readonly addon: string;
  /** Where the probe, which is never made, would be. */
  readonly path: string;
  readonly probe: object;
}

/** A webhook answers only after its pod is ready, and after the API servers know whom to trust. */
const seconds = 120;

/**
 * What objects depend on whose admission asks a webhook that comes with `needed`: these, as soon as
 * the API takes such an object. A run in which it does not fails.
 */
export function admitted(
  needed: readonly pulumi.Resource[],
  { config, kubeconfig, addon, path, probe }: Admission,
): pulumi.Input<pulumi.Input<pulumi.Resource>[]> {
  if (pulumi.runtime.isDryRun() || !waitsForPods(config)) return [...needed];
  const made = pulumi.all(needed.map(({ urn }) => urn));
  return pulumi.all([kubeconfig, made]).apply(async ([text]) => {
    await taken(new ApiReader(text), path, probe, seconds).catch((error: unknown) => {
      throw new pulumi.RunError(
        `${addon}'s webhook lets no object in after ${seconds} s: ${errorText(error)}`,
      );
    });
    return [...needed];
  });
}
