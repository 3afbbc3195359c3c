import type * as pulumi from "@pulumi/pulumi";
import type { Catalogue } from "../components/catalogue/catalogue";
import type { ClusterConfig } from "../components/config/model/cluster-config";
import type { Pki } from "../components/pki/pki";
import type { AddonInputs } from "../components/stack";
import { certManager } from "./certificates/cert-manager/component";
import { charts } from "./charts/charts";
import { CoreDns } from "./dns/coredns/objects";
import { Flannel } from "./network/flannel/objects";
import { ingress } from "./ingress/ingress";
import { localPathStorage } from "./storage/local-path/objects";
import { metalLb } from "./load-balancer/metallb/objects";
import { metricsServer } from "./metrics/metrics-server/objects";
import { monitoring } from "./monitoring/component";

export interface ClusterAddonsArgs extends AddonInputs {
  readonly config: ClusterConfig;
  readonly images: Catalogue["images"];
  readonly pki: Pki;
  /** The administrator's, for what is looked at while the program runs. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Where alerts are sent. */
  readonly webhookUrl: pulumi.Output<string> | undefined;
}

/** What runs in the cluster, in order: its network, its DNS, then what the stack config names. */
export function clusterAddons(
  name: string,
  args: ClusterAddonsArgs,
  opts: pulumi.ComponentResourceOptions,
): void {
  const { config, images, manifests, chartInputs, pki } = args;
  const flannel = new Flannel(`${name}-flannel`, { config, image: images.flannel }, opts);
  // without flannel, their pods would fail first
  const onNetwork = { ...opts, dependsOn: [flannel] };
  const issuers = certManager(`${name}-cert-manager`, args, onNetwork);
  const storage = localPathStorage(`${name}-local-path`, { config, images }, onNetwork);
  const balancer = metalLb(`${name}-metallb`, args, onNetwork);
  const addons = [
    ...issuers,
    ...storage,
    ...balancer,
    new CoreDns(`${name}-coredns`, { config, image: images.coredns }, onNetwork),
    ...metricsServer(
      `${name}-metrics-server`,
      { config, image: images["metrics-server"], pki },
      onNetwork,
    ),
    ...ingress(name, { config, images, manifests, issuers, balancer }, onNetwork),
    ...monitoring(
      `${name}-monitoring`,
      args,
      // its volume goes before those who take volumes away
      { ...opts, dependsOn: [flannel, ...storage] },
    ),
  ];
  // charts may use what the add-ons bring: classes, kinds
  charts(`${name}-chart`, { config, ...chartInputs }, { ...opts, dependsOn: addons });
}
