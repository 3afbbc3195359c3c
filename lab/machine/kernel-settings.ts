import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stateDir } from "./paths";

const record = join(stateDir, "kernel-settings.json");

/** Many systemds and kubelets on one kernel need more than its defaults. */
const minima: Readonly<Record<string, number>> = {
  "fs/inotify/max_user_instances": 8192,
  "fs/inotify/max_user_watches": 1_048_576,
};

/** Settings outside namespaces that Kubernetes hosts change: the machine gets its own back. */
const shared = [
  "vm/overcommit_memory",
  "vm/panic_on_oom",
  "kernel/panic",
  "kernel/panic_on_oops",
  "kernel/keys/root_maxkeys",
  "kernel/keys/root_maxbytes",
];

/** Records the machine's settings once, then raises those that hosts need higher. */
export function raiseKernelSettings(): void {
  if (!existsSync(record)) {
    const names = [...Object.keys(minima), ...shared].filter((name) => existsSync(file(name)));
    const values = names.map((name) => [name, readFileSync(file(name), "utf8").trim()]);
    writeFileSync(record, JSON.stringify(Object.fromEntries(values), undefined, 2) + "\n");
  }
  for (const [name, minimum] of Object.entries(minima)) {
    if (existsSync(file(name)) && Number(readFileSync(file(name), "utf8")) < minimum) {
      writeFileSync(file(name), String(minimum));
    }
  }
}

/** Restores the settings that the machine had before the lab. */
export function restoreKernelSettings(): void {
  if (!existsSync(record)) return;
  // written by raiseKernelSettings alone
  const values = JSON.parse(readFileSync(record, "utf8")) as Record<string, string>;
  for (const [name, value] of Object.entries(values)) writeFileSync(file(name), value);
}

function file(name: string): string {
  return join("/proc/sys", name);
}
