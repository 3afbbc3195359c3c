import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";

const scripts = join(__dirname, "../../../../provider/scripts");
const root = mkdtempSync(join(tmpdir(), "plinth-packages-"));
const [bin, calls, database] = ["bin", "calls", "database"].map((name) => join(root, name)) as [
  string,
  string,
  string,
];
const list = join(root, "layers/node.packages");

/** Installs a package with a library that it needs, or does not know it. */
const installer = `#!/bin/sh
echo "\${0##*/} $*" >>${calls}
for package; do :; done
[ "$package" != nowhere ] || { echo "no package nowhere" && exit 1; }
printf 'a-library\\n%s\\n' "$package" >>${database}
`;

/** The database of packages, in which nothing goes that another one needs. */
const rpm = `#!/bin/sh
case "$1" in
-qa) cat ${database} ;;
-q) while [ "$1" != -- ]; do shift; done
  shift
  for name; do grep -qx "$name" ${database} && echo "installed $name"; done ;;
-e) [ "$2" != a-library ] || ! grep -qx haproxy ${database} || exit 1
  grep -qx "$2" ${database} || exit 1
  grep -vx "$2" ${database} >${database}.new
  mv ${database}.new ${database} ;;
esac
`;

/** What a call of the script library prints on a host without apt, and how it ends. */
function onHost(call: string): { readonly stdout: string; readonly stderr: string } {
  const script = `. ${scripts}/base.sh
run_dir=${root} layers_dir=${root}/layers
. ${scripts}/look.sh
. ${scripts}/packages.sh
${call}`;
  return spawnSync("/bin/sh", ["-euc", script], { encoding: "utf8", env: { PATH: bin } });
}

/** A host that has these commands and those of every host, and one package. */
function hostWith(name: string): void {
  rmSync(root, { recursive: true, force: true });
  for (const folder of [bin, join(root, "layers")]) mkdirSync(folder, { recursive: true });
  for (const tool of ["cat", "comm", "grep", "mktemp", "mv", "rm", "sed", "sort", "tail"])
    symlinkSync(join("/usr/bin", tool), join(bin, tool));
  writeFileSync(join(bin, name), installer, { mode: 0o755 });
  writeFileSync(join(bin, "rpm"), rpm, { mode: 0o755 });
  writeFileSync(database, "bash\n");
}

afterAll(() => rmSync(root, { recursive: true }));

describe.each([
  ["dnf", "dnf -y -q --setopt=install_weak_deps=False install haproxy\n"],
  ["zypper", "zypper --non-interactive install --no-recommends haproxy\n"],
])("packages of a distribution with %s (stand-ins for it and for rpm)", (name, call) => {
  beforeEach(() => hostWith(name));

  test("are installed by it, and the layer remembers what came with them", () => {
    onHost("install_packages node haproxy");
    expect(readFileSync(calls, "utf8")).toBe(call);
    expect(readFileSync(list, "utf8")).toBe("a-library\nhaproxy\n");
  });

  test("are seen by a look", () => {
    onHost("install_packages node haproxy");
    expect(onHost("look_packages haproxy nftables").stdout).toBe(
      "\n@packages\ninstalled haproxy\n",
    );
  });

  test("go with the layer, and those that were there before stay", () => {
    onHost("install_packages node haproxy");
    onHost("remove_packages node ''");
    expect(readFileSync(database, "utf8")).toBe("bash\n");
  });

  test("stay where another layer keeps them, with what they need", () => {
    onHost("install_packages node haproxy");
    onHost("remove_packages node other haproxy");
    expect(readFileSync(database, "utf8")).toBe("bash\na-library\nhaproxy\n");
    expect(readFileSync(join(root, "layers/other.packages"), "utf8")).toBe("a-library\nhaproxy\n");
  });

  test("that can't be installed are named with its words", () => {
    const { stderr } = onHost("install_packages node nowhere");
    expect(stderr).toContain("@! can't install nowhere:\n@| no package nowhere\n");
  });
});

test("a host without any installer is told so", () => {
  hostWith("pacman");
  expect(onHost("install_packages node haproxy").stderr).toContain(
    "this host has neither apt-get nor dnf nor zypper",
  );
});
