import { shellOn } from "./host-probes";

/**
 * What there is on a host, a line each: files with type, mode, owner and target, contents of
 * configuration, users and groups, units and whether they start at boot, mounts, interfaces with
 * addresses and routes, packet rules, listening sockets and processes. Left out is what the distribution
 * writes by itself while it runs: journals, caches, lists of packages, stamps of timers, the copies
 * that tools keep of the lists of users. Kernel parameters are left out, too: they last until the next boot.
 */
export async function hostInventory(host: string): Promise<readonly string[]> {
  return (await shellOn(host, inventoryScript)).split("\n");
}

/** Lines that came, and lines that went. */
export function inventoryChanges(
  before: readonly string[],
  after: readonly string[],
): readonly string[] {
  const [old, now] = [new Set(before), new Set(after)];
  return [
    ...before.filter((line) => !now.has(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !old.has(line)).map((line) => `+ ${line}`),
  ];
}

const volatile = [
  "/proc /sys /dev /tmp /var/tmp /var/log/journal /var/cache /var/lib/apt /var/lib/dpkg",
  "/var/lib/systemd /run/systemd /run/udev /run/log /run/user /run/sshd.pid /run/sudo /root/.ssh",
  // of iptables itself, for whoever calls it next
  "/run/xtables.lock",
].join(" ");

const inventoryScript = `
export LC_ALL=C
set -- ${volatile}
prune=
for path; do prune="$prune -path $path -prune -o"; done
find / /run /var /etc $prune -printf 'path %p %y %m %u:%g %l\\n' | sort -u
find /etc -xdev -type f ! -name '*-' -exec sha256sum {} + | sed 's/^/content /' | sort
sed 's/^/user /' /etc/passwd
sed 's/^/group /' /etc/group
systemctl list-unit-files --no-legend --no-pager | awk '{ print "unit file", $1, $2 }'
systemctl list-units --all --no-legend --no-pager --plain | awk '{ print "unit", $1, $3, $4 }' | grep -vE '^unit (session-|network-online.target )'
systemctl is-system-running | sed 's/^/system /'
awk '{ print "mount", $1, $2, $3 }' /proc/self/mounts
ip -br link | awk '{ print "interface", $1, $3 }'
ip -br address | awk '{ $2 = ""; print "address", $0 }'
ip route show table all | sed 's/^/route /'
nft list ruleset | sed 's/^/rule /'
ss -Hltn | awk '{ print "listens", $4 }' | sort
ps -eo user=,args= | grep -vE '^\\S+ +(\\[|sshd: |-?(ba)?sh |/?(usr/)?(lib/systemd/|sbin/init)|\\(sd-pam\\)|ps |sort |awk |sed |grep )' | sort -u | sed 's/^/process /'
`;
