import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const scripts = join(__dirname, "../../../../provider/scripts");
const root = mkdtempSync(join(tmpdir(), "plinth-removal-"));
const data = join(root, "lib/app");
const disk = join(root, "disk/app");

afterAll(() => rmSync(root, { recursive: true }));
beforeEach(() => {
  for (const each of readdirSync(root)) rmSync(join(root, each), { recursive: true });
  mkdirSync(join(root, "layers"), { recursive: true });
});

/** Runs functions of the library with this folder as the host's; what they say on stderr. */
function library(commands: string): string {
  const script = `. ${scripts}/base.sh
run_dir=${root} etc_dir=${root} layers_dir=${root}/layers
. ${scripts}/files.sh
. ${scripts}/lease.sh
. ${scripts}/removal.sh
${commands}`;
  const { stderr } = spawnSync("dash", ["-euc", script], { encoding: "utf8" });
  return stderr;
}

function filled(directory: string): void {
  mkdirSync(join(directory, "snap"), { recursive: true });
  writeFileSync(join(directory, "snap/db"), "precious");
}

describe("data of a layer that goes", () => {
  test("goes with its directory where the layer brought both", () => {
    library(`keep_data app ${data}`);
    filled(data);
    library(`remove_data app ${data}`);
    expect(existsSync(data)).toBe(false);
  });

  test("stays where the directory had content before the layer came", () => {
    filled(data);
    library(`keep_data app ${data}`);
    library(`keep_data app ${data}`);
    expect(readFileSync(join(root, "layers/app.kept"), "utf8")).toBe(`${data}\n`);
    expect(library(`remove_data app ${data}`)).toContain(`leaving ${data}, which had content`);
    expect(readFileSync(join(data, "snap/db"), "utf8")).toBe("precious");
  });

  test("is the layer's where another layer found content in its own", () => {
    filled(data);
    library(`keep_data other ${data}`);
    library(`remove_data app ${data}`);
    expect(existsSync(data)).toBe(false);
  });

  test.each([
    ["missing", () => undefined],
    ["empty", () => mkdirSync(data, { recursive: true })],
    ["a fresh file system", () => mkdirSync(join(data, "lost+found"), { recursive: true })],
  ])("is the layer's where the directory was %s", (_, before) => {
    before();
    library(`keep_data app ${data}`);
    expect(existsSync(join(root, "layers/app.kept"))).toBe(false);
  });

  test("goes from where a link leads, and the link and its target stay", () => {
    filled(disk);
    mkdirSync(join(root, "lib"));
    symlinkSync(disk, data);
    library(`remove_data app ${data}`);
    expect(readdirSync(data)).toEqual([]);
  });

  test("stays where a link leads to a directory that had content before", () => {
    filled(disk);
    mkdirSync(join(root, "lib"));
    symlinkSync(disk, data);
    library(`keep_data app ${data}; remove_data app ${data}`);
    expect(readFileSync(join(data, "snap/db"), "utf8")).toBe("precious");
  });

  test("is never all of a directory below the root", () => {
    expect(library("remove_data app /var")).toContain("refuses to remove /var");
  });
});

describe("processes that a layer leaves", () => {
  test("are found by the file that they run, after it was replaced, too, and no others", () => {
    const sleeper = join(root, "sleeper");
    const found = spawnSync(
      "dash",
      [
        "-euc",
        `. ${scripts}/base.sh
        . ${scripts}/removal.sh
        cp "$(command -v sleep)" ${sleeper}; cp ${sleeper} ${sleeper}-other
        ${sleeper} 30 & own=$!
        ${sleeper}-other 30 & other=$!
        sleep 0.2
        [ "$(running_executables ${sleeper})" = "$own " ] && echo running
        cp ${sleeper} ${sleeper}.new; mv ${sleeper}.new ${sleeper}
        [ "$(running_executables ${sleeper})" = "$own " ] && echo replaced
        kill $own $other`,
      ],
      { encoding: "utf8" },
    );
    expect(found.stdout).toBe("running\nreplaced\n");
  });

  // as /proc/PID/cgroup shows them on a host that is itself a container, and on one that is not
  test.each([
    ["/lab/w1", "/lab/w1/system.slice/app.service", true],
    ["/lab/w1", "/lab/w1/system.slice/app.service/worker", true],
    ["", "/system.slice/app.service", true],
    ["", "/system.slice/app.service.d", false],
    ["", "/machine.slice/guest/system.slice/app.service", false],
    ["", "/system.slice/containerd.service/pod/system.slice/app.service", false],
    ["/lab/w1", "/lab/w12/system.slice/app.service", false],
  ])("on the host %p: those of group %s are its own: %p", (host, group, own) => {
    const { stdout } = spawnSync(
      "dash",
      [
        "-euc",
        `. ${scripts}/base.sh
        . ${scripts}/removal.sh
        control_groups() { printf '%s\n' "1 ${host}/init.scope" "7 ${group}"; }
        in_unit_groups app.service`,
      ],
      { encoding: "utf8" },
    );
    expect(stdout).toBe(own ? "7 " : "");
  });
});

describe("routes through other hosts to parts of a network", () => {
  /** What `remove_routes` does where `ip` knows these routes, and can't delete those that it refuses. */
  function removed(refused: string): string {
    const ip = `ip() {
  case "$*" in
    "route show root 10.244.0.0/16")
      printf '%s\\n' "10.244.1.0/24 via 10.0.0.2 dev eth0" "10.244.2.0/24 dev cni0" ;;
    "route show 10.244.1.0/24") printf '%s' "${refused}" ;;
    *) printf '%s\\n' "$*" >>${root}/asked; [ -z "${refused}" ] ;;
  esac
}`;
    const said = library(`${ip}\nremove_routes 10.244.0.0/16`);
    return readFileSync(join(root, "asked"), "utf8") + said;
  }

  test("go, and those of the host's own interfaces stay", () => {
    expect(removed("")).toBe("route delete 10.244.1.0/24 via 10.0.0.2 dev eth0\n");
  });

  test("are named where they can't be removed", () => {
    expect(removed("10.244.1.0/24 via 10.0.0.2")).toContain(
      "can't remove the route 10.244.1.0/24 via 10.0.0.2 dev eth0",
    );
  });
});

describe("of iptables' own tables", () => {
  const table = (...lines: readonly string[]) =>
    ["table ip nat {", "\tchain PREROUTING {", ...lines, "\t}", "}"].join("\n");
  const accept = "\t\ttype nat hook prerouting priority dstnat; policy accept;";

  /** Commands that nft gets where the host has this table. */
  function deleted(listed: string): string {
    writeFileSync(join(root, "listed"), listed);
    const nft = `nft() {
  case "$*" in
    "list table ip nat") cat ${root}/listed ;;
    list*) return 1 ;;
    *) printf '%s\n' "$*" >&2 ;;
  esac
}`;
    return library(`${nft}\nremove_empty_tables`);
  }

  test("one that does nothing goes with the last rules in it", () => {
    expect(deleted(table(accept))).toBe("delete table ip nat\n");
  });

  test.each([
    ["has a rule", table(accept, '\t\tip daddr 10.0.0.1 accept comment "mine"')],
    ["drops what it does not know", table(accept.replace("accept", "drop"))],
    ["has a chain of somebody's", table(accept).replace("PREROUTING", "MINE")],
  ])("one that %s stays", (_, listed) => {
    expect(deleted(listed)).toBe("");
  });
});

test("a file goes, and its directory where nothing else is in it", () => {
  for (const other of [false, true]) {
    const file = join(root, `conf${String(other)}.d/99-app.conf`);
    mkdirSync(join(file, ".."));
    writeFileSync(file, "ours");
    if (other) writeFileSync(join(file, "../mine.conf"), "mine");
    library(`remove_data app ${file}`);
    expect([existsSync(file), existsSync(join(file, ".."))]).toEqual([false, other]);
  }
});
describe("a host that is cleared", () => {
  test("keeps no marker, where its layers went before", () => {
    writeFileSync(join(root, "cluster.json"), "{}");
    expect(library("lock_host() { :; }; unlock_host() { :; }; forget_host")).toBe("");
    expect(existsSync(root)).toBe(false);
    mkdirSync(root);
  });

  test("stays what it is while there is a manifest that nobody could read", () => {
    writeFileSync(join(root, "cluster.json"), "{}");
    writeFileSync(join(root, "layers/app.json"), "{");
    const said = library("lock_host() { :; }; unlock_host() { :; }; forget_host");
    expect(said).toContain("layers/app.json can't be read, so nobody knows what its layer brought");
    expect(existsSync(join(root, "cluster.json"))).toBe(true);
  });
});
