import type * as pulumi from "@pulumi/pulumi";
import type { Catalogue } from "../components/catalogue/catalogue";
import type { UpstreamManifests } from "../components/catalogue/upstream-manifests";
import type { ClusterConfig } from "../components/config/cluster-config";
import { GatewayApi } from "./gateway-api";
import { SampleApp } from "./sample-app";
import { Traefik } from "./traefik";

export interface IngressArgs {
  readonly config: ClusterConfig;
  readonly images: Catalogue["images"];
  readonly manifests: UpstreamManifests;
  /** What the application's certificate comes from. */
  readonly issuers: readonly pulumi.Resource[];
}

/** What leads into the cluster from outside, as far as the stack config says so. */
export function ingress(
  name: string,
  { config, images, manifests, issuers }: IngressArgs,
  opts: pulumi.ComponentResourceOptions,
): readonly pulumi.Resource[] {
  const { traefik, sampleApp } = config.addons;
  if (!traefik.enabled) return [];
  // there when the Gateway API is switched on
  const definitions = manifests["gateway-api"];
  const withKinds =
    definitions === undefined
      ? opts
      : { ...opts, dependsOn: [new GatewayApi(`${name}-gateway-api`, { definitions }, opts)] };
  const entry = new Traefik(`${name}-traefik`, { config, image: images.traefik }, withKinds);
  if (!sampleApp.enabled || sampleApp.host === undefined) return [entry];
  const application = new SampleApp(
    `${name}-sample-app`,
    { host: sampleApp.host, issuer: sampleApp.issuer, image: images["http-echo"] },
    { ...opts, dependsOn: [entry, ...issuers] },
  );
  return [entry, application];
}
