import type * as pulumi from "@pulumi/pulumi";
import type { Catalogue } from "../../components/catalogue/catalogue";
import type { UpstreamManifests } from "../../components/catalogue/upstream-manifests";
import type { ClusterConfig } from "../../components/config/model/cluster-config";
import { GatewayApi } from "./gateway-api/component";
import { SampleApp } from "./sample-app/objects";
import { Traefik } from "./traefik/objects";

export interface IngressArgs {
  readonly config: ClusterConfig;
  readonly images: Catalogue["images"];
  readonly manifests: UpstreamManifests;
  /** What the application's certificate comes from. */
  readonly issuers: readonly pulumi.Resource[];
  /** What a service of type LoadBalancer gets its address from. */
  readonly balancer: readonly pulumi.Resource[];
}

/** What leads into the cluster from outside, as far as the stack config says so. */
export function ingress(
  name: string,
  { config, images, manifests, issuers, balancer }: IngressArgs,
  opts: pulumi.ComponentResourceOptions,
): readonly pulumi.Resource[] {
  const { traefik, sampleApp } = config.addons;
  if (!traefik.enabled) return [];
  // there when the Gateway API is switched on
  const definitions = manifests["gateway-api"];
  const kinds =
    definitions === undefined ? [] : [new GatewayApi(`${name}-gateway-api`, { definitions }, opts)];
  // both come after what the options name
  const first = [...kinds, ...(traefik.exposure === "loadBalancer" ? balancer : [])];
  const entry = new Traefik(
    `${name}-traefik`,
    { config, image: images.traefik },
    first.length === 0 ? opts : { ...opts, dependsOn: first },
  );
  if (!sampleApp.enabled || sampleApp.host === undefined) return [entry];
  const application = new SampleApp(
    `${name}-sample-app`,
    { host: sampleApp.host, issuer: sampleApp.issuer, image: images["http-echo"] },
    { ...opts, dependsOn: [entry, ...issuers] },
  );
  return [entry, application];
}
