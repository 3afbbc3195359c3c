import { registry } from "../../addons/registry";
import { clusterId } from "../../components/identity/cluster-id";
import { HostProvider } from "../../components/host/host-provider";
import { KubeletNodes } from "../../components/node/kubelet-nodes";
import { shortenDebugMessages } from "../../components/operator/debug-messages";
import { stackCluster } from "../../components/stack";
import { surveyedHosts } from "../../components/survey/surveyed-hosts";
import { standInPki } from "./stand-in-pki";

// as in the program itself
Error.stackTraceLimit = 0;
shortenDebugMessages();

/** The program's own layers of worker nodes; control planes and add-ons are left out. */
async function workers() {
  const { config, catalogue } = await stackCluster(registry);
  const id = await clusterId(config.name);
  const hosts = new HostProvider("hosts", { ...config.ssh });
  const { platforms } = await surveyedHosts(hosts, config, id);
  const context = { config, catalogue, platforms, clusterId: id.id };
  const pki = standInPki();
  const onHosts = { providers: { plinth: hosts }, dependsOn: [] };
  new KubeletNodes(
    config.name,
    { context, pki, controlPlane: hosts, registrations: new Map(), lost: [] },
    onHosts,
  );
  return {};
}

export = workers;
