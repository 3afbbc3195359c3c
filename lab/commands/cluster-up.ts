import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { smokeImage } from "../image/images";
import { LabError } from "../machine/lab-error";
import { withLabLock } from "../machine/lock";
import { catalogueFile, kubeconfigFile, stateDir } from "../machine/paths";
import { installPlugins } from "../pulumi/plugins";
import { progressPrinter } from "../machine/progress";
import { plinth, prepareStack, pulumiHome, pulumiOutput } from "../pulumi/pulumi";
import { repository } from "../machine/repository";
import { type ToolFolders, serveHosts } from "./services";
import { kubectl } from "../smoke/kubectl";
import { smoke } from "../smoke/smoke";
import { stackTools } from "./requirements";
import { hostsUp } from "./hosts-up";

const stack = "dev";

/** Hosts wait for each other, not for this machine's cores: many resources at once. */
const upArguments = [
  ...["up", "--yes", "--skip-preview", "--suppress-progress", "--suppress-outputs"],
  ...["--parallel", "64", "--stack", stack],
];

/** From nothing to a cluster in use: tools, hosts, artifacts, images, the program, the smoke check. */
export async function clusterUp(memory: readonly string[]): Promise<number> {
  const progress = progressPrinter();
  const stackFile = join(repository(), `Pulumi.${stack}.yaml`);
  const [folders] = await Promise.all([
    stackTools(stackFile, progress),
    hostsUp({ stackFile, names: [], memory }, progress),
  ]);
  await withLabLock(progress, async () => {
    await serveHosts(folders);
    await preparePulumi(folders, stack);
  });
  progress(`binaries and images are served; ${catalogueFile} lists them`);
  const code = await plinth(upArguments);
  if (code !== 0) {
    throw new LabError("plinth up failed; `npm start` again continues where it stopped");
  }
  progress("pulumi up is done; waiting for the nodes");
  const tool = { binary: join(folders.kubernetes, "kubectl"), kubeconfig: kubeconfigFile };
  await writeKubeconfig();
  const ready = ["wait", "--for=condition=Ready", "nodes", "--all", "--timeout=180s"];
  await kubectl(tool, "not every node is ready", ready);
  progress("all nodes are ready; trying the cluster out");
  progress(await smoke(tool, smokeImage));
  console.log(reachText());
  return 0;
}

/** Readies the lab's own Pulumi: binaries, stand-ins for plugins, a stack. */
export async function preparePulumi(folders: ToolFolders, name: string): Promise<void> {
  await prepareStack(folders, name);
  installPlugins(join(folders.plugins, "plinth-plugins"), pulumiHome, pluginVersions());
}

/** Writes the stack's kubeconfig where `lab kubectl` finds it. */
async function writeKubeconfig(): Promise<void> {
  const output = ["stack", "output", "kubeconfig", "--show-secrets", "--stack", stack];
  writeFileSync(kubeconfigFile, await pulumiOutput(output), { mode: 0o600 });
}

/** Versions of the plugins whose packages the program uses, by plugin. */
function pluginVersions(): Record<string, string> {
  const file = join(repository(), "package.json");
  const { dependencies } = JSON.parse(readFileSync(file, "utf8")) as {
    dependencies: Record<string, string>;
  }; // npm's own format
  return Object.fromEntries(
    ["command", "kubernetes", "random", "tls"].map((name) => {
      const version = dependencies[`@pulumi/${name}`];
      if (version === undefined) throw new LabError(`${file}: no dependency @pulumi/${name}`);
      return [name, version];
    }),
  );
}

function reachText(): string {
  return `
The cluster is up. Some things to do with it:
  npm run kubectl -- get nodes              kubectl with its kubeconfig, ${kubeconfigFile}
  npm run pulumi -- preview --diff          what the program would change, host by host
  npm run lab -- ssh cp1                    a shell on a host; \`npm run lab\` lists what else hosts can do
  npm run lab -- down                       end everything; ${stateDir} goes with it`;
}
