import type { ManifestObject } from "../../../components/catalogue/upstream-manifests";
import type { Addons } from "../../../components/config/model/addon-definition";
import type { AddonObject } from "../../kit/addon-object";
import { ourLabels } from "../../kit/labelled-objects";
import { upstreamObjects } from "../../kit/upstream-objects";
import type { MetalLbImages } from "./downloads";

const namespace = "metallb-system";

/** Upstream's objects with the catalogue's images. */
export function metalLbObjects(
  manifest: readonly ManifestObject[],
  images: MetalLbImages,
): readonly AddonObject[] {
  return upstreamObjects(manifest.map((object) => withImage(object, images)));
}

/** The pools of addresses, and who announces them: https://metallb.io/configuration/ */
export function metalLbPools({ pools, bgp }: Addons["metallb"]): readonly AddonObject[] {
  return [
    ...Object.entries(pools).map(([name, { addresses, autoAssign }]) =>
      custom("IPAddressPool", name, { addresses, autoAssign }),
    ),
    ...advertisement(pools, "layer2", "L2Advertisement"),
    ...advertisement(pools, "bgp", "BGPAdvertisement"),
    ...Object.entries(bgp?.peers ?? {}).map(([name, { asn, address, port }]) =>
      custom(
        "BGPPeer",
        name,
        { myASN: bgp?.asn, peerASN: asn, peerAddress: address, peerPort: port },
        "v1beta2",
      ),
    ),
  ];
}

/** An object that the webhook judges as it does a pool, and that is of no effect on others. */
export const probe = {
  path: `/apis/metallb.io/v1beta1/namespaces/${namespace}/communities`,
  object: {
    apiVersion: "metallb.io/v1beta1",
    kind: "Community",
    metadata: { name: "plinth-probe", namespace },
    spec: { communities: [{ name: "plinth-probe", value: "64512:1" }] },
  },
};

function advertisement(
  pools: Addons["metallb"]["pools"],
  by: "layer2" | "bgp",
  kind: string,
): readonly AddonObject[] {
  const ipAddressPools = Object.entries(pools)
    .filter(([, { announce }]) => announce === by)
    .map(([name]) => name);
  return ipAddressPools.length === 0 ? [] : [custom(kind, by, { ipAddressPools })];
}

function custom(kind: string, name: string, spec: object, version = "v1beta1"): AddonObject {
  const object = {
    apiVersion: `metallb.io/${version}`,
    kind,
    metadata: { name, namespace, labels: ourLabels },
    spec,
  };
  return { name: `${kind.toLowerCase()}-${name}`, object };
}

/** The pods' image is the catalogue's. */
function withImage(object: ManifestObject, images: MetalLbImages): ManifestObject {
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
