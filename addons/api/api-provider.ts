import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** The provider's own limit of requests in a burst. */
const usualBurst = 120;

/**
 * The way to the cluster's API. The provider looks for the API once, when it is configured, and the
 * refresh before a run configures it from the state. Where the API was down then (`apiIsDown`), it
 * would skip the rest of the run; another setting makes the engine configure it again, after what it
 * depends on is repaired. Later runs keep that setting, whatever it was.
 */
export function apiProvider(
  name: string,
  kubeconfig: pulumi.Input<string>,
  apiIsDown: boolean,
  opts: pulumi.ResourceOptions,
): kubernetes.Provider {
  return new kubernetes.Provider(
    "api",
    {
      kubeconfig,
      clusterIdentifier: name,
      // a refresh goes on without the API; a preview would keep what is about to change in the cluster to itself
      skipUpdateUnreachable: !(apiIsDown && pulumi.runtime.isDryRun()),
      // a creation that was cut off is repeated, and what was changed by hand is reverted
      upsertExistingObjects: true,
      enablePatchForce: true,
      enableConfigMapMutable: true,
      ...(apiIsDown ? { kubeClientSettings: { burst: anotherBurst() } } : {}),
    },
    { ...opts, ignoreChanges: apiIsDown ? [] : ["kubeClientSettings"] },
  );
}

/** As good as the usual one, and hardly ever that of an earlier run. */
function anotherBurst(): number {
  return usualBurst + (Math.floor(Date.now() / 1000) % 10_000);
}
