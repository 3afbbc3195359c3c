import * as pulumi from "@pulumi/pulumi";
import { apiProvider } from "./addons/api/api-provider";
import { keepDefinitionsInUse } from "./addons/api/keep-used-definitions";
import { withoutAwaiting } from "./addons/api/skip-await";
import { registry } from "./addons/registry";
import { clusterAddons } from "./addons/cluster-addons";
import { kubeletApiAccess } from "./addons/cluster/kubelet-api-access";
import { nodePatches } from "./addons/cluster/node-patches";
import { nodesAway } from "./addons/cluster/nodes-away";
import { nodesSeen } from "./addons/cluster/nodes-seen";
import { ControlPlane } from "./components/control-plane/control-plane";
import { EtcdCluster } from "./components/etcd/etcd-cluster";
import { clusterId } from "./components/identity/cluster-id";
import { absentHosts, HostProvider } from "./components/host/host-provider";
import { KubeletNodes } from "./components/node/kubelet-nodes";
import { shortenDebugMessages } from "./components/operator/debug-messages";
import { writeOperationReport } from "./components/operator/operation-report";
import { askedReset } from "./components/operator/reset-request";
import { adminKubeconfig } from "./components/pki/admin-kubeconfig";
import { Pki } from "./components/pki/pki";
import { alertWebhookUrl, stackCluster, stackSecrets } from "./components/stack";
import { resetHosts } from "./components/reset/reset-hosts";
import { refuseLostKeys } from "./components/survey/keys/refuse-lost-keys";
import { surveyedHosts } from "./components/survey/surveyed-hosts";

// a stack trace for each of a few hundred promises costs a third of the program's time
Error.stackTraceLimit = 0;
shortenDebugMessages();

/** The program: from the stack config to a cluster with its add-ons, in order. */
async function cluster() {
  const { config, catalogue, addonInputs, warnings } = await stackCluster(registry);
  const webhookUrl = await alertWebhookUrl();
  for (const warning of warnings) pulumi.log.warn(warning);
  const id = await clusterId(config.name);
  const hosts = new HostProvider("hosts", {
    ...config.ssh,
    ...stackSecrets(),
    ...absentHosts(config),
  });
  const reset = askedReset(pulumi.runtime.isDryRun());
  if (reset !== undefined) {
    reset.report(await resetHosts(hosts, config, id, reset.request));
    return {};
  }
  const surveyed = await surveyedHosts(hosts, config, id);
  writeOperationReport(surveyed.operationFacts);
  const { platforms, etcdMembership, formerAddresses, apiIsDown, apiIsUp } = surveyed;
  const context = { config, catalogue, platforms, clusterId: id.id };
  const onHosts = { providers: { plinth: hosts } };

  const pki = new Pki(config.name, { config, formerAddresses }, {});
  await refuseLostKeys(config, pki, surveyed.keys);
  const kubeconfig = adminKubeconfig(config, pki);
  const seen = await nodesSeen(config, kubeconfig, surveyed);
  const etcd = new EtcdCluster(config.name, { context, pki, etcdMembership }, onHosts);
  const controlPlane = new ControlPlane(
    config.name,
    { context, pki },
    { ...onHosts, dependsOn: [etcd] },
  );
  const nodes = new KubeletNodes(config.name, { context, pki, controlPlane, ...seen }, onHosts);

  const checked = apiIsUp ? keepDefinitionsInUse(kubeconfig, addonInputs.manifests) : kubeconfig;
  const api = apiProvider(config.name, checked, apiIsDown, { dependsOn: [controlPlane] });
  const inCluster = {
    provider: api,
    transformations: withoutAwaiting(nodesAway(config, seen, kubeconfig, nodes), seen.workloads),
    dependsOn: [controlPlane],
    // what lives in the API needs no call of its own to go when the whole cluster goes
    deletedWith: id.resource,
  };
  kubeletApiAccess(config.name, inCluster);
  nodePatches(config.name, config, nodes, seen.live, inCluster);
  clusterAddons(
    config.name,
    { ...addonInputs, config, images: catalogue.images, pki, webhookUrl, kubeconfig: checked },
    // without nodes their pods would be waited for in vain
    { ...inCluster, dependsOn: [controlPlane, nodes] },
  );

  return {
    kubeconfig,
    apiEndpoint: `https://${config.api.endpoint}`,
    // for clients of what has certificates of the cluster's own issuer
    ...(pki.workloads === undefined ? {} : { workloadsCa: pki.workloads.certPem }),
    nodes: Object.fromEntries(config.hosts.map((host) => [host.name, host.roles])),
    nextSteps: `pulumi stack output kubeconfig --show-secrets > kubeconfig && kubectl --kubeconfig kubeconfig get nodes`,
  };
}

export = cluster;
