import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Catalogue } from "../../../components/catalogue/catalogue";
import type {
  ManifestObject,
  UpstreamManifests,
} from "../../../components/catalogue/upstream-manifests";
import type { ClusterConfig } from "../../../components/config/model/cluster-config";
import { place } from "../../../components/config/problems/config-problem";
import type { KeyPair } from "../../../components/pki/certificate-authority";
import type { Pki } from "../../../components/pki/pki";
import { errorText } from "../../../components/text/error-text";
import { admitted } from "../../api/admission";
import { ApiReader } from "../../api/api-reader";
import { waitsForPods } from "../../api/skip-await";
import { isReady } from "../../api/wait-for-objects";
import { Addon } from "../../kit/addon";
import { upstreamObjects } from "../../kit/upstream-objects";
import { clusterIssuer } from "./cluster-issuer";
import { certManagerObjects, namespace, workloadsSecret } from "./objects";

export interface CertManagerArgs {
  readonly config: ClusterConfig;
  readonly images: Catalogue["images"];
  readonly manifests: UpstreamManifests;
  /** CAs of private ACME servers, PEM, by name of the issuer. */
  readonly acmeAuthorities: Readonly<Record<string, string>>;
  readonly pki: Pki;
  /** To look whether issuers are ready. */
  readonly kubeconfig: pulumi.Output<string>;
}

const path = "/apis/cert-manager.io/v1/clusterissuers";

/** Time for an ACME server, and for DNS on a new cluster, to be there. */
const issuerSeconds = 90;

/** Certificates from the issuers of the stack config, where it has any. */
export function certManager(
  resourceName: string,
  args: CertManagerArgs,
  opts: pulumi.ComponentResourceOptions,
): readonly pulumi.Resource[] {
  // there where an issuer is
  const objects = args.manifests["cert-manager"];
  return objects === undefined ? [] : [new CertManager(resourceName, args, objects, opts)];
}

/** Upstream's objects with issuers, all of which are ready: https://cert-manager.io */
class CertManager extends Addon {
  private readonly waits: boolean;

  constructor(
    private readonly resourceName: string,
    private readonly args: CertManagerArgs,
    objects: readonly ManifestObject[],
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("CertManager", resourceName, opts);
    const { config, images, pki, acmeAuthorities } = args;
    this.waits = !pulumi.runtime.isDryRun() && waitsForPods(config);
    const upstream = upstreamObjects(resourceName, certManagerObjects(objects, images), this.child);
    const needed = [...upstream, ...this.workloadsAuthority(pki.workloads, upstream)];
    const dependsOn = admitted(needed, {
      ...args,
      addon: "cert-manager",
      path,
      probe: clusterIssuer("plinth-probe", { ca: "cluster" }, undefined),
    });
    const issuers = Object.entries(config.addons.certManager.issuers).map(([name, issuer]) => {
      const made = new kubernetes.apiextensions.CustomResource(
        `${resourceName}-issuer-${name}`,
        clusterIssuer(name, issuer, acmeAuthorities[name]),
        { ...this.child, dependsOn },
      );
      return this.ready(name, made);
    });
    // a run whose issuers are not ready fails
    this.registerOutputs({ issuers });
  }

  private workloadsAuthority(
    authority: KeyPair | undefined,
    dependsOn: readonly pulumi.Resource[],
  ): readonly pulumi.Resource[] {
    if (authority === undefined) return [];
    return [
      new kubernetes.core.v1.Secret(
        `${this.resourceName}-workloads-ca`,
        {
          metadata: { name: workloadsSecret, namespace },
          type: "kubernetes.io/tls",
          stringData: { "tls.crt": authority.certPem, "tls.key": authority.keyPem },
        },
        { ...this.child, dependsOn: [...dependsOn] },
      ),
    ];
  }

  /** The name of an issuer that is ready. */
  private ready(name: string, made: kubernetes.apiextensions.CustomResource) {
    if (!this.waits) return pulumi.output(name);
    const issuer = pulumi.all([this.args.kubeconfig, made.id]).apply(async ([kubeconfig]) => {
      await isReady(new ApiReader(kubeconfig), `${path}/${name}`, issuerSeconds).catch(
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
}
