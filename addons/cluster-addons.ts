import type * as pulumi from "@pulumi/pulumi";
import { certManager } from "./certificates/cert-manager/component";
import { charts } from "./charts/charts";
import { coreDns } from "./dns/coredns/component";
import { gatewayApi } from "./ingress/gateway-api/component";
import { sampleApp } from "./ingress/sample-app/component";
import { traefik } from "./ingress/traefik/component";
import type { AddonArgs } from "./kit/addon-args";
import { metalLb } from "./load-balancer/metallb/component";
import { metricsServer } from "./metrics/metrics-server/component";
import { monitoring } from "./monitoring/component";
import { flannel } from "./network/flannel/component";
import { localPathStorage } from "./storage/local-path/component";

/** What runs in the cluster, in order: its network, its DNS, then what the stack config names. */
export function clusterAddons(
  name: string,
  args: AddonArgs,
  opts: pulumi.ComponentResourceOptions,
): void {
  const network = flannel(`${name}-flannel`, args, opts);
  // without the network, their pods would fail first
  const onNetwork = { ...opts, dependsOn: [network] };
  const issuers = certManager(`${name}-cert-manager`, args, onNetwork);
  const storage = localPathStorage(`${name}-local-path`, args, onNetwork);
  const balancer = metalLb(`${name}-metallb`, args, onNetwork);
  const addons = [
    ...issuers,
    ...storage,
    ...balancer,
    coreDns(`${name}-coredns`, args, onNetwork),
    ...metricsServer(`${name}-metrics-server`, args, onNetwork),
    ...entry(name, args, { issuers, balancer }, onNetwork),
    // its volume goes before those who take volumes away
    ...monitoring(`${name}-monitoring`, args, { ...opts, dependsOn: [network, ...storage] }),
  ];
  // charts may use what the add-ons bring: classes, kinds
  charts(`${name}-chart`, args, { ...opts, dependsOn: addons });
}

/** What leads into the cluster from outside, after what it gets addresses and certificates from. */
function entry(
  name: string,
  args: AddonArgs,
  { issuers, balancer }: Readonly<Record<"issuers" | "balancer", readonly pulumi.Resource[]>>,
  opts: pulumi.ComponentResourceOptions,
): readonly pulumi.Resource[] {
  const { exposure } = args.config.addons.traefik;
  const kinds = gatewayApi(`${name}-gateway-api`, args, opts);
  const first = [...kinds, ...(exposure === "loadBalancer" ? balancer : [])];
  const proxy = traefik(
    `${name}-traefik`,
    args,
    first.length === 0 ? opts : { ...opts, dependsOn: first },
  );
  const page = sampleApp(`${name}-sample-app`, args, {
    ...opts,
    dependsOn: [...proxy, ...issuers],
  });
  return [...proxy, ...page];
}
