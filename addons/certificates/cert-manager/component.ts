import * as pulumi from "@pulumi/pulumi";
import { errorText } from "../../../components/text/error-text";
import { place } from "../../../components/config/problems/config-problem";
import { admission } from "../../api/admission";
import { ApiReader } from "../../api/api-reader";
import { waitsForPods } from "../../api/skip-await";
import { untilReady } from "../../api/wait-for-objects";
import type { AddonArgs } from "../../shape/addon-args";
import { AddonComponent } from "../../shape/addon-component";
import { namesOf } from "../../kit/addon-object";
import { appliedObjects } from "../../kit/applied-objects";
import { clusterIssuer, clusterIssuers } from "./cluster-issuer";
import type { CertManagerImages, certManagerManifests } from "./downloads";
import { certManagerObjects, workloadsAuthority } from "./objects";

const path = "/apis/cert-manager.io/v1/clusterissuers";
const probe = { path, object: clusterIssuer("plinth-probe", { ca: "cluster" }, undefined) };

/** Time for an ACME server, and for DNS on a new cluster, to be there. */
const issuerSeconds = 90;

type CertManagerArgs = AddonArgs<keyof CertManagerImages, keyof typeof certManagerManifests>;

/** Certificates from the issuers of the stack config, all of which are ready: https://cert-manager.io */
export function certManager(
  name: string,
  args: CertManagerArgs,
  opts: pulumi.ComponentResourceOptions,
): AddonComponent {
  const { config, images, manifests, pki, files } = args;
  return new AddonComponent("CertManager", name, opts, (child) => {
    const upstream = certManagerObjects(manifests["cert-manager"], images);
    const objects = [...upstream, ...workloadsAuthority(pki.workloads, namesOf(upstream))];
    const needed = [...appliedObjects(name, objects, child).values()];
    const dependsOn = admission(needed, { ...args, addon: "cert-manager", probe });
    const issuers = clusterIssuers(config.addons.certManager, files);
    const made = appliedObjects(name, issuers, { ...child, dependsOn });
    const waits = !pulumi.runtime.isDryRun() && waitsForPods(config);
    const ready = issuers.map(({ name: resource, object }) =>
      readyIssuer(
        object.metadata.name,
        made.get(resource)?.id,
        waits ? args.kubeconfig : undefined,
      ),
    );
    // a run whose issuers are not ready fails
    return { issuers: ready };
  });
}

/** The name of an issuer, once it is ready. */
function readyIssuer(
  name: string,
  id: pulumi.Output<string> | undefined,
  kubeconfig: pulumi.Output<string> | undefined,
): pulumi.Output<string> {
  if (kubeconfig === undefined) return pulumi.output(name);
  const issuer = pulumi.all([kubeconfig, id]).apply(async ([text]) => {
    await untilReady(new ApiReader(text), `${path}/${name}`, issuerSeconds).catch(
      (error: unknown) => {
        const at = place(["addons", "certManager", "issuers", name]);
        throw new pulumi.RunError(
          `${at}: cert-manager could not make the issuer ready within ${issuerSeconds} s: ${errorText(error)}`,
        );
      },
    );
    return name;
  });
  return pulumi.unsecret(issuer);
}
