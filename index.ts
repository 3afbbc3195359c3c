import * as pulumi from "@pulumi/pulumi";
import { apiProvider } from "./addons/api-provider";
import { charts } from "./addons/charts";
import { CoreDns } from "./addons/coredns";
import { Flannel } from "./addons/flannel";
import { localPathStorage } from "./addons/local-path-storage";
import { kubeletApiAccess } from "./addons/kubelet-api-access";
import { metalLb } from "./addons/metallb";
import { metricsServer } from "./addons/metrics-server";
import { nodeLabels } from "./addons/node-labels";
import { withoutAwaiting } from "./addons/without-awaiting";
import { ControlPlane } from "./components/control-plane/control-plane";
import { shortenDebugMessages } from "./components/debug-messages";
import { EtcdCluster } from "./components/etcd/etcd-cluster";
import { HostProvider, maintenance } from "./components/host/host-provider";
import { KubeletNodes } from "./components/node/kubelet-nodes";
import { adminKubeconfig } from "./components/pki/admin-kubeconfig";
import { Pki } from "./components/pki/pki";
import { stackCluster, stackSecrets } from "./components/stack";
import { surveyedHosts } from "./components/surveyed-hosts";

// a stack trace for every one of a few hundred promises costs a third of the program's time
Error.stackTraceLimit = 0;
shortenDebugMessages();

/** The program: from the stack config to a cluster with its add-ons, in order. */
async function cluster() {
  const { config, catalogue, chartInputs, manifests, warnings } = await stackCluster();
  for (const warning of warnings) pulumi.log.warn(warning);

  const hosts = new HostProvider("hosts", {
    ...config.ssh,
    ...stackSecrets(),
    ...maintenance(config),
  });
  const { platforms, etcdMembers, apiIsDown } = await surveyedHosts(hosts, config);
  const context = { config, catalogue, platforms };
  const onHosts = { providers: { plinth: hosts } };

  const pki = new Pki(config.name, { config }, {});
  const etcd = new EtcdCluster(config.name, { context, pki, etcdMembers }, onHosts);
  const controlPlane = new ControlPlane(
    config.name,
    { context, pki },
    { ...onHosts, dependsOn: [etcd] },
  );
  const nodes = new KubeletNodes(config.name, { context, pki, controlPlane }, onHosts);

  const kubeconfig = adminKubeconfig(config, pki);
  const api = apiProvider(config.name, kubeconfig, apiIsDown, { dependsOn: [controlPlane] });
  // what lives in the API needs no call of its own to go when the API goes
  const [deletedWith] = controlPlane.layers;
  const inCluster = {
    provider: api,
    transformations: withoutAwaiting(config),
    dependsOn: [controlPlane],
    ...(deletedWith === undefined ? {} : { deletedWith }),
  };
  const { images } = catalogue;
  kubeletApiAccess(config.name, inCluster);
  nodeLabels(config.name, config, nodes, inCluster);
  // without nodes their pods would be waited for in vain; without flannel, CoreDNS's would fail first
  const onNodes = { ...inCluster, dependsOn: [controlPlane, nodes] };
  const flannel = new Flannel(`${config.name}-flannel`, { config, image: images.flannel }, onNodes);
  const onNetwork = { ...inCluster, dependsOn: [flannel] };
  const coredns = new CoreDns(
    `${config.name}-coredns`,
    { config, image: images.coredns },
    onNetwork,
  );
  const metricsServerArgs = { config, image: images["metrics-server"], pki };
  const addons = [
    coredns,
    ...metricsServer(`${config.name}-metrics-server`, metricsServerArgs, onNetwork),
    ...localPathStorage(`${config.name}-local-path`, { config, images }, onNetwork),
    ...metalLb(`${config.name}-metallb`, { config, images, manifests }, onNetwork),
  ];
  // charts may use what the add-ons bring: classes, kinds
  charts(`${config.name}-chart`, { config, ...chartInputs }, { ...inCluster, dependsOn: addons });

  return {
    kubeconfig,
    apiEndpoint: `https://${config.api.endpoint}`,
    nodes: Object.fromEntries(config.hosts.map((host) => [host.name, host.roles])),
    nextSteps: `pulumi stack output kubeconfig --show-secrets > kubeconfig && kubectl --kubeconfig kubeconfig get nodes`,
  };
}

export = cluster;
