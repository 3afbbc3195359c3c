import type * as pulumi from "@pulumi/pulumi";
import { issuedLeaf } from "../../../components/pki/leaf";
import type { AddonArgs } from "../../kit/addon-args";
import { AddonComponent } from "../../kit/addon-component";
import { appliedObjects } from "../../kit/applied-objects";
import { metricsServerObjects, serviceName } from "./objects";

/** CPU and memory of nodes and pods, asked from the kubelets: https://github.com/kubernetes-sigs/metrics-server */
export function metricsServer(
  name: string,
  { config, images, pki }: AddonArgs,
  opts: pulumi.ComponentResourceOptions,
): readonly AddonComponent[] {
  if (!config.addons.metricsServer.enabled) return [];
  const component = new AddonComponent("MetricsServer", name, opts, (child) => {
    // the cluster's authority vouches for the server towards the API servers
    const authority = pki.authorities.cluster;
    const leaf = issuedLeaf(name, identity, authority, config.pki, child);
    const caBundle = authority.certPem.apply((pem) => Buffer.from(pem).toString("base64"));
    const objects = metricsServerObjects(images["metrics-server"], { ...leaf, caBundle });
    appliedObjects(name, objects, child);
    return {};
  });
  return [component];
}

const identity = {
  name: "server",
  commonName: "metrics-server",
  server: true,
  client: false,
  dnsNames: [serviceName],
  ipAddresses: [],
};
