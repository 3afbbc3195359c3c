import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { mirrorDir } from "./artifact/artifact-files";
import { artifactPort, serveArtifacts } from "./artifact/artifact-server";
import type { LabHost } from "./host/host";
import { recordedHosts } from "./host/host-disk";
import { supervise } from "./host/supervisor";
import {
  cableHost,
  killHost,
  labHost,
  rebootHost,
  removeHost,
  startHost,
  writeKnownHosts,
} from "./host/hosts";
import { smokeImage } from "./image/images";
import { nearMiss } from "../text/near-miss";
import { LabError } from "./machine/lab-error";
import { withLabLock } from "./machine/lock";
import { prepareMachine, requireMachine, tearDown } from "./commands/machine-setup";
import { gateway } from "./machine/network";
import { kubeconfigFile, knownHostsFile, sshKeyFile } from "./machine/paths";
import { progressPrinter } from "./machine/progress";
import { configFileArgument, forgetStack, plinth, pulumi, stackArgument } from "./pulumi/pulumi";
import { runAttached } from "./machine/process";
import { serveHosts } from "./commands/services";
import { smoke } from "./smoke/smoke";
import { preparePulumi, clusterUp } from "./commands/cluster-up";
import { statusLines } from "./commands/status";
import { kubectlBinary, stackTools, toolFolders } from "./commands/requirements";
import { hostsUp } from "./commands/hosts-up";

const usage = `usage: lab COMMAND
  start [--memory HOST=SIZE]...                         hosts, cluster and smoke check in one go
  up [--stack FILE] [--memory HOST=SIZE]... [HOST...]   make and boot the stack config's hosts, or those named
  down                                                  stop and remove everything but the cache
  serve [--stack FILE]                                  serve artifacts and images, write their catalogue
  status                                                hosts and services
  pulumi [--stack NAME] [--config-file FILE] ARG...     Pulumi, with the lab's own state, plugins and passphrase
  plinth [--stack NAME] [--config-file FILE] ARG...     the same for \`plinth plan\`, \`up\` and \`reset\`
  kubectl ARG...                                        with the kubeconfig of the stack that start made
  smoke [KUBECONFIG [IMAGE]]                            use a cluster as its users would
  ssh [-l USER] HOST [COMMAND...]                       a shell or a command on a host
  reboot | kill | start HOST...                         orderly reboot, power cut, power on
  cut | mend HOST...                                    unplug and plug in the network cable
  remove HOST...                                        stop hosts and wipe their disks
  forget STACK [HOST...]                                the same for hosts that there are, and drop a stack's state
  help, --help                                          this text
switches:
  --stack FILE         stack config whose hosts and add-ons are meant (default: Pulumi.dev.yaml)
  --memory HOST=SIZE   limit of a host's memory, such as cp1=768M or w1=1.5G; once for each host
  --stack NAME         Pulumi's stack (default: dev), with its config in Pulumi.NAME.yaml
  --config-file FILE   another stack config for that run; Pulumi gets a copy
  -l USER              user on the host: root (default) or ops, who has sudo
environment: PLINTH_TOOLCHAIN, PLINTH_TOOLCHAIN_MIRROR, XDG_CACHE_HOME (docs/contributing.md)`;

type Command = (args: string[]) => Promise<number | undefined>;

const stackFlag = { type: "string" as const, default: "Pulumi.dev.yaml" };
const memoryFlag = { type: "string" as const, multiple: true as const, default: [] as string[] };

const commands: Readonly<Record<string, Command>> = {
  start: (args) => {
    const options = { memory: memoryFlag };
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
    return positionals.length === 0 ? clusterUp(values.memory) : eachHost(positionals, startHost);
  },
  up: async (args) => {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { stack: stackFlag, memory: memoryFlag },
    });
    const { stack: stackFile, memory } = values;
    await hostsUp({ stackFile, names: positionals, memory }, progressPrinter());
    return 0;
  },
  down: () => changeLab(tearDown),
  status: () => {
    statusLines().forEach((line) => console.log(line));
    return Promise.resolve(0);
  },
  ssh: (args) => ssh(args),
  reboot: (args) => eachHost(args, rebootHost),
  kill: (args) => eachHost(args, killHost),
  cut: (args) => eachHost(args, (host) => cableHost(host, false)),
  mend: (args) => eachHost(args, (host) => cableHost(host, true)),
  remove: async (args) => {
    await eachHost(args, removeHost);
    writeKnownHosts();
    return 0;
  },
  forget: async ([stack, ...hosts]) => {
    if (stack === undefined) throw new LabError("forget: expected the name of a stack");
    const known = recordedHosts().filter(({ name }) => hosts.includes(name));
    if (known.length > 0) await commands.remove?.(known.map(({ name }) => name));
    forgetStack(stack);
    return 0;
  },
  serve: async (args) => {
    const { values } = parseArgs({ args, options: { stack: stackFlag } });
    const progress = progressPrinter();
    const folders = await stackTools(values.stack, progress);
    await changeLab(async () => {
      await prepareMachine(progress);
      await serveHosts(folders);
    });
    progress("binaries and images are served");
    return 0;
  },
  pulumi: (args) => onStack(pulumi, args),
  plinth: (args) => onStack(plinth, args),
  kubectl: async (args) =>
    runAttached(await kubectlBinary(), ["--kubeconfig", kubeconfigFile, ...args]),
  smoke: async ([kubeconfig = kubeconfigFile, image = smokeImage]) => {
    console.log(await smoke({ binary: await kubectlBinary(), kubeconfig }, image));
    return 0;
  },
  "serve-artifacts": () => serveArtifacts(mirrorDir, gateway, artifactPort),
  supervise: async ([name = ""]) => {
    await supervise(name);
    return 0;
  },
};

/** Runs one command of the lab; returns its exit code. */
export async function main(args: string[]): Promise<number> {
  const [name, ...rest] = args;
  try {
    if (name === undefined || name === "help" || name === "--help") {
      console.log(usage);
      return name === undefined ? 1 : 0;
    }
    const command = commands[name];
    if (command === undefined) throw unknownCommand(name);
    requireMachine();
    return (await command(rest)) ?? 0;
  } catch (error) {
    const expected = error instanceof LabError || isArgumentError(error);
    console.error(expected ? `lab: ${error.message}` : error);
    return 1;
  }
}

async function onStack(run: typeof pulumi, args: string[]): Promise<number> {
  // a stack is made for a config that is there, not for a typo
  const stack = existsSync(configFileArgument(args)) ? stackArgument(args) : stackArgument([]);
  await preparePulumi(await toolFolders(console.error), stack);
  return run(args);
}

function ssh(args: string[]): Promise<number> {
  const user = args[0] === "-l" ? args[1] : "root";
  const [name, ...command] = args[0] === "-l" ? args.slice(2) : args;
  if (name === undefined || user === undefined) throw new LabError("ssh: expected a host name");
  const host = labHost(name);
  const options = [
    ...["-i", sshKeyFile, "-o", "IdentitiesOnly=yes"],
    ...["-o", `UserKnownHostsFile=${knownHostsFile}`, "-o", "StrictHostKeyChecking=yes"],
    ...["-o", "LogLevel=ERROR", "-o", "ConnectTimeout=10"],
  ];
  return runAttached("ssh", [...options, `${user}@${host.address}`, ...command]);
}

async function eachHost(names: string[], act: (host: LabHost) => Promise<void>): Promise<number> {
  if (names.length === 0) throw new LabError("expected a host name");
  const hosts = names.map(labHost);
  return changeLab(async () => {
    await Promise.all(hosts.map(act));
  });
}

async function changeLab(work: () => Promise<void>): Promise<number> {
  await withLabLock(console.log, work);
  return 0;
}

function unknownCommand(name: string): LabError {
  const near = nearMiss(name, Object.keys(commands));
  return new LabError(`no command ${name}${near ? `; did you mean ${near}?` : ""}\n${usage}`);
}

function isArgumentError(error: unknown): error is Error {
  return (
    error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE")
  );
}
