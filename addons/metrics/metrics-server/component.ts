import type * as pulumi from "@pulumi/pulumi";
import { issuedLeaf } from "../../../components/pki/leaf";
import type { AddonArgs } from "../../shape/addon-args";
import { AddonComponent } from "../../shape/addon-component";
import { appliedObjects } from "../../kit/applied-objects";
import { metricsServerObjects, serviceName } from "./objects";

/** CPU and memory of nodes and pods, scraped from the kubelets: https://github.com/kubernetes-sigs/metrics-server */
export function metricsServer(
  name: string,
  { config, images, pki }: AddonArgs<"metrics-server">,
  opts: pulumi.ComponentResourceOptions,
): AddonComponent {
  return new AddonComponent("MetricsServer", name, opts, (child) => {
    // the cluster's authority vouches for the server towards the API servers
    const authority = pki.authorities.cluster;
    const leaf = issuedLeaf(name, identity, authority, config.pki, child);
    const caBundle = authority.certPem.apply((pem) => Buffer.from(pem).toString("base64"));
    const objects = metricsServerObjects(images["metrics-server"], { ...leaf, caBundle });
    appliedObjects(name, objects, child);
    return {};
  });
}

const identity = {
  name: "server",
  commonName: "metrics-server",
  server: true,
  client: false,
  dnsNames: [serviceName],
  ipAddresses: [],
};
