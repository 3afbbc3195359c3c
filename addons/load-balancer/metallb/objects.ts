import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Catalogue } from "../../../components/catalogue/catalogue";
import type {
  ManifestObject,
  UpstreamManifests,
} from "../../../components/catalogue/upstream-manifests";
import type { ClusterConfig } from "../../../components/config/model/cluster-config";
import { Addon } from "../../kit/addon";
import { admitted } from "../../api/admission";
import { ourLabels } from "../../kit/labelled-objects";
import { upstreamObjects } from "../../kit/upstream-objects";

export interface MetalLbArgs {
  readonly config: ClusterConfig;
  readonly images: Catalogue["images"];
  readonly manifests: UpstreamManifests;
  /** To look whether pools are let in. */
  readonly kubeconfig: pulumi.Output<string>;
}

const namespace = "metallb-system";

/** Services of type LoadBalancer get addresses, where the stack config has pools of them. */
export function metalLb(
  resourceName: string,
  args: MetalLbArgs,
  opts: pulumi.ComponentResourceOptions,
): readonly pulumi.Resource[] {
  // there where a pool is
  const objects = args.manifests["metallb-native"];
  if (objects === undefined) return [];
  return [new MetalLb(resourceName, args, objects, opts)];
}

/** Upstream's objects with the pools and who announces them: https://metallb.io */
class MetalLb extends Addon {
  constructor(
    resourceName: string,
    { config, images, kubeconfig }: MetalLbArgs,
    objects: readonly ManifestObject[],
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("MetalLb", resourceName, opts);
    const upstream = upstreamObjects(
      resourceName,
      objects.map((object) => withImage(object, images)),
      this.child,
    );
    const dependsOn = admitted(upstream, {
      config,
      kubeconfig,
      addon: "MetalLB",
      path: `/apis/metallb.io/v1beta1/namespaces/${namespace}/communities`,
      // of no effect on others, unlike a pool
      probe: {
        apiVersion: "metallb.io/v1beta1",
        kind: "Community",
        metadata: { name: "plinth-probe", namespace },
        spec: { communities: [{ name: "plinth-probe", value: "64512:1" }] },
      },
    });
    const custom = (kind: string, version: string, name: string, spec: object) =>
      new kubernetes.apiextensions.CustomResource(
        `${resourceName}-${kind.toLowerCase()}-${name}`,
        {
          apiVersion: `metallb.io/${version}`,
          kind,
          metadata: { name, namespace, labels: ourLabels },
          spec,
        },
        { ...this.child, dependsOn },
      );
    const { pools, bgp } = config.addons.metallb;
    for (const [name, { addresses, autoAssign }] of Object.entries(pools)) {
      custom("IPAddressPool", "v1beta1", name, { addresses, autoAssign });
    }
    const announce = (by: "layer2" | "bgp", kind: string) => {
      const named = Object.entries(pools).filter(([, pool]) => pool.announce === by);
      const ipAddressPools = named.map(([name]) => name);
      if (ipAddressPools.length > 0) custom(kind, "v1beta1", by, { ipAddressPools });
    };
    announce("layer2", "L2Advertisement");
    announce("bgp", "BGPAdvertisement");
    if (bgp !== undefined) {
      for (const [name, { asn, address, port }] of Object.entries(bgp.peers)) {
        const peer = { peerASN: asn, peerAddress: address, peerPort: port };
        custom("BGPPeer", "v1beta2", name, { myASN: bgp.asn, ...peer });
      }
    }
    this.registerOutputs();
  }
}

/** The pods' image is the catalogue's. */
function withImage(object: ManifestObject, images: Catalogue["images"]): ManifestObject {
  const { name } = object.metadata;
  if (name !== "controller" && name !== "speaker") return object;
  if (object.kind !== "Deployment" && object.kind !== "DaemonSet") return object;
  const workload = structuredClone(object) as ManifestObject & Workload; // of these kinds
  for (const container of workload.spec.template.spec.containers)
    container.image = images[`metallb-${name}`];
  return workload;
}

interface Workload {
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: { image: string }[] } };
  };
}
