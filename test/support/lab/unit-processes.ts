import { shellOn } from "./host-probes";

/** Units whose main process runs with other arguments than the unit file on disk says, with the reason. */
export async function outdatedProcesses(host: string): Promise<readonly string[]> {
  const units = (await shellOn(host, unitProcesses)).split("\u0001").filter((text) => text.trim());
  return units.flatMap((text) => {
    const [name = "", needsReload = "", running = "", file = ""] = text.split("\u0002");
    const unit = name.trim();
    if (needsReload.trim() !== "no") return [`${unit}: systemd has not read its file`];
    const wanted = startCommand(file);
    const live = running.split("\n").filter((word) => word !== "");
    const same = wanted.length === live.length && wanted.every((word, at) => word === live[at]);
    return same ? [] : [`${unit} runs as ${live.join(" ")}, its file says ${wanted.join(" ")}`];
  });
}

/** The words of a unit file's `ExecStart=`. */
function startCommand(file: string): string[] {
  const joined = file.replaceAll("\\\n", " ");
  const command = /^ExecStart=(.*)$/m.exec(joined)?.[1] ?? "";
  const words = command.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  const plain = (word: string): string =>
    word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, "$1") : word;
  return words.map((word) => plain(word).replaceAll("%%", "%").replaceAll("$$", "$"));
}

// long-running services of Plinth's layers alone: their files lie in /etc and are no packages' own
const unitProcesses = `
cd /etc/systemd/system
for unit in etcd.service kube*.service containerd.service plinth-*.service; do
  [ -f "$unit" ] || continue
  grep -q "^Type=oneshot" "$unit" && continue
  printf "\\001%s\\002%s\\002" "$unit" "$(systemctl show -P NeedDaemonReload "$unit")"
  tr "\\0" "\\n" <"/proc/$(systemctl show -P MainPID "$unit")/cmdline"
  printf "\\002"
  cat "$unit"
done`;
