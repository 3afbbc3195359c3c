import { spawn } from "node:child_process";
import { finished, onHost } from "./lab";
import type { LabCluster } from "./lab-cluster";

/** Standard output of a shell command on a lab host. */
export function shellOn(host: string, command: string): Promise<string> {
  // ssh joins its arguments with spaces for the login shell
  return onHost(host, "sh", "-c", shellQuoted(command));
}

/** One value for each host, by its name. */
export async function onEach<T>(
  hosts: readonly string[],
  ask: (host: string) => Promise<T>,
): Promise<Record<string, T>> {
  return Object.fromEntries(
    await Promise.all(hosts.map(async (host) => [host, await ask(host)] as const)),
  );
}

/** A text as one word of a shell's command line. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Overwrites a file on a lab host; its mode and owner stay. */
export function writtenOn(host: string, file: string, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["dist/lab.js", "ssh", host, `cat >'${file}'`], {
      stdio: ["pipe", "inherit", "inherit"],
    });
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`status ${code}`))));
    child.stdin.end(text);
  });
}

/** The arguments with which a unit's main process runs. */
export async function commandLine(host: string, unit: string): Promise<readonly string[]> {
  const file = `/proc/$(systemctl show -P MainPID ${unit})/cmdline`;
  return (await shellOn(host, `tr "\\0" "\\n" <${file}`)).split("\n");
}

/** How often systemd restarted each running unit of Kubernetes. */
export async function restarts(host: string): Promise<ReadonlySet<string>> {
  return new Set(
    (await shellOn(host, 'systemctl show -P NRestarts "kube-*.service" | grep .')).split("\n"),
  );
}

/** What a JSONPath gives for every node. */
export async function nodeValues(cluster: LabCluster, path: string): Promise<string[]> {
  const fields = path.replaceAll("} {", '}{" "}{');
  const template = `jsonpath={range .items[*]}${fields}{"\\n"}{end}`;
  return (await cluster.kubectl("get", "nodes", "-o", template)).split("\n");
}

/** The bytes that etcd has under a key. */
export function storedValue(host: string, key: string): Promise<string> {
  const pki = "/etc/kubernetes/pki/etcd";
  return shellOn(
    host,
    `etcdctl --endpoints https://127.0.0.1:2379 --cacert ${pki}/ca.crt ` +
      `--cert ${pki}/server.crt --key ${pki}/server.key get --print-value-only ${key}`,
  );
}

/** HTTP status of a request without any credentials. */
export async function anonymousStatus(url: string): Promise<string> {
  const code = await finished("curl", [
    ...["-sk", "--max-time", "5", "-o", "/dev/null", "-w", "%{http_code}"],
    url,
  ]);
  return code.stdout;
}
