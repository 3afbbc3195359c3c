import { hierarchies, hostCgroups, memoryLimit } from "../../../lab/machine/cgroup";
import { hostFiles, limitedMeminfo, nspawnArguments, overlayMount } from "../../../lab/host/host";
import {
  cableCommands,
  cableName,
  hostInterfaceCommands,
  hostOctet,
  macAddress,
} from "../../../lab/machine/network";
import { configFileArgument, pulumiEnvironment, stackArgument } from "../../../lab/pulumi/pulumi";

const v1Mounts = `tmpfs /sys/fs/cgroup tmpfs rw,mode=755 0 0
cgroup /sys/fs/cgroup/cpuset cgroup rw,relatime,cpuset 0 0
cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0
cgroup /sys/fs/cgroup/systemd cgroup rw,relatime,name=systemd 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0
/dev/vda / ext4 rw 0 0
`;
const v2Mounts = "cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,nodev 0 0\n";

test("a host gets a cgroup in every hierarchy of version 1 and the unified one", () => {
  expect(hostCgroups(hierarchies(v1Mounts), "cp1")).toEqual([
    "/sys/fs/cgroup/cpuset/plinth-lab/cp1",
    "/sys/fs/cgroup/memory/plinth-lab/cp1",
    "/sys/fs/cgroup/systemd/plinth-lab/cp1",
    "/sys/fs/cgroup/unified/plinth-lab/cp1",
  ]);
});

test("a host gets one cgroup where there is only version 2", () => {
  expect(hostCgroups(hierarchies(v2Mounts), "cp1")).toEqual(["/sys/fs/cgroup/plinth-lab/cp1"]);
});

test.each([
  [v1Mounts, 1024, "/sys/fs/cgroup/memory/plinth-lab/cp1/memory.limit_in_bytes", "1024"],
  [v1Mounts, undefined, "/sys/fs/cgroup/memory/plinth-lab/cp1/memory.limit_in_bytes", "-1"],
  [v2Mounts, 1024, "/sys/fs/cgroup/plinth-lab/cp1/memory.max", "1024"],
  [v2Mounts, undefined, "/sys/fs/cgroup/plinth-lab/cp1/memory.max", "max"],
])("a memory limit goes where the kernel looks for it (%#)", (mounts, bytes, file, value) => {
  expect(memoryLimit(hierarchies(mounts), "cp1", bytes)).toEqual({ file, value });
});

test("a cable is named after the address and keeps its MAC address", () => {
  expect(cableName("10.88.0.254")).toBe("plinth-254");
  expect(macAddress("10.88.0.11")).toBe("02:88:0a:58:00:0b");
  expect(cableCommands("cp1", "10.88.0.11", false)).toEqual([
    "netns add plinth-cp1",
    "link add plinth-11 type veth peer name eth0 address 02:88:0a:58:00:0b netns plinth-cp1",
    "link set plinth-11 master plinth0 up",
  ]);
  expect(cableCommands("cp1", "10.88.0.11", true)[2]).toBe(
    "link set plinth-11 master plinth0 down",
  );
  expect(hostInterfaceCommands("10.88.0.11")).toContain("route add default via 10.88.0.1");
});

test.each(["10.88.0.1", "10.88.0.255", "10.88.0.011", "10.88.0.", "10.88.1.5", "10.88.0.5/24"])(
  "%s is no address of a host",
  (address) => expect(hostOctet(address)).toBeUndefined(),
);

test("a host's disk is an overlay of its own over the base tree", () => {
  expect(overlayMount("cp1", "/base")).toEqual([
    "-t",
    "overlay",
    "-o",
    "lowerdir=/base,upperdir=/var/lib/plinth-lab/hosts/cp1/upper,workdir=/var/lib/plinth-lab/hosts/cp1/work",
    "plinth-lab-cp1",
    "/var/lib/plinth-lab/hosts/cp1/root",
  ]);
});

test("a host boots with its own network, its own /var and the devices that exist", () => {
  const args = nspawnArguments("cp1", ["/dev/kmsg"]);
  expect(args).toEqual(
    expect.arrayContaining([
      "--network-namespace-path=/run/netns/plinth-cp1",
      "--bind=/var/lib/plinth-lab/hosts/cp1/var:/var",
      "--bind=/dev/kmsg",
      "--keep-unit",
    ]),
  );
  expect(args.at(-1)).toBe("/usr/local/sbin/lab-init");
});

test("a host's private key is private and ops owns what ops logs in with", () => {
  const files = hostFiles({
    name: "cp1",
    address: "10.88.0.11",
    machineId: "0".repeat(32),
    hostKey: "private",
    hostPublicKey: "public",
    authorizedKey: "lab",
  });
  expect(files["etc/ssh/ssh_host_ed25519_key"]).toEqual({ content: "private", mode: 0o600 });
  expect(files["home/ops/.ssh/authorized_keys"]).toEqual({
    content: "lab",
    mode: 0o600,
    owner: 1000,
  });
});

test("a host with a memory limit sees no more memory than that, and no swap", () => {
  const machine = "MemTotal:       24684092 kB\nMemFree:  1 kB\nSwapTotal:  99 kB\nDirty: 5 kB\n";
  expect(limitedMeminfo(machine, 1024 ** 3)).toBe(
    "MemTotal:       1048576 kB\nMemFree:  1048576 kB\nSwapTotal:  0 kB\nDirty: 5 kB\n",
  );
});

test.each([
  [["preview"], "dev"],
  [["up", "--stack", "prod"], "prod"],
  [["up", "-s", "prod"], "prod"],
  [["up", "--stack=prod"], "prod"],
])("%j is about stack %s", (args, stack) => expect(stackArgument(args)).toBe(stack));

test("a run reads the stack config that it names, else its stack's own", () => {
  expect(configFileArgument(["up", "--stack", "a", "--config-file", "/x.yaml"])).toBe("/x.yaml");
  expect(configFileArgument(["up", "--stack", "a"])).toMatch(/\/Pulumi\.a\.yaml$/);
});

test("the lab's pulumi keeps to its own home and to a copy of the stack config", () => {
  const environment = pulumiEnvironment({ PATH: "/bin", HOME: "/home/me" }, "/copy.yaml");
  expect(environment).toMatchObject({
    HOME: "/home/me",
    PULUMI_HOME: "/var/lib/plinth-lab/pulumi/home",
    PULUMI_BACKEND_URL: "file:///var/lib/plinth-lab/pulumi/state",
    PULUMI_OPTION_CONFIG_FILE: "/copy.yaml",
    PATH: "/var/lib/plinth-lab/pulumi/bin:/bin",
  });
  expect(pulumiEnvironment({}, undefined)).not.toHaveProperty("PULUMI_OPTION_CONFIG_FILE");
});
