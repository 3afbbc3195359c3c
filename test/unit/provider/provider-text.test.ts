import { createHmac } from "node:crypto";
import { execFileSync, spawnSync } from "node:child_process";
import { layerDiff } from "../../../provider/plan/diff";
import { installLinks } from "../../../provider/layer/layer-files";
import { liveHost } from "../../../provider/look/live-state";
import { Leases } from "../../../provider/lease/lease";
import { library } from "../../../provider/ssh/script-library";
import { processNames } from "../../../provider/lease/process-names";
import { settingsFailures, providerSettings } from "../../../provider/settings";
import {
  fingerprint,
  knownHostKeys,
  parsedHostKey,
  signatureAlgorithms,
} from "../../../provider/ssh/host-keys";
import { MarkedStream, request, shellText, shellWord } from "../../../provider/ssh/framing";
import { hostFacts } from "../../../provider/survey/survey-facts";
import { tarArchive } from "../../../provider/apply/tar";
import { plain, secret, secretLike } from "../../../provider/json";

const blob = Buffer.from(
  "AAAAC3NzaC1lZDI1NTE5AAAAIJgZ3yVJUgBqG4jYQbCsGkEXZDDeAwq2q6l0XhM9cd7d",
  "base64",
);
const key = `ssh-ed25519 ${blob.toString("base64")}`;

function hashedName(name: string): string {
  const salt = Buffer.from("twenty bytes of salt");
  const hash = createHmac("sha1", salt).update(name).digest("base64");
  return `|1|${salt.toString("base64")}|${hash}`;
}

describe("known hosts", () => {
  test.each<[string, string, string, number, number]>([
    ["a name", `cp1 ${key}`, "cp1", 22, 1],
    ["one of several names", `cp1,10.0.0.1 ${key} comment`, "10.0.0.1", 22, 1],
    ["another name", `cp2 ${key}`, "cp1", 22, 0],
    ["a port of its own", `[cp1]:2222 ${key}`, "cp1", 2222, 1],
    ["the name without the port", `cp1 ${key}`, "cp1", 2222, 0],
    ["a hashed name", `${hashedName("cp1")} ${key}`, "cp1", 22, 1],
    ["a hashed name with a port", `${hashedName("[cp1]:2222")} ${key}`, "cp1", 2222, 1],
    ["another hashed name", `${hashedName("cp2")} ${key}`, "cp1", 22, 0],
    ["a wildcard", `*.example.org ${key}`, "cp1.example.org", 22, 1],
    ["a negated wildcard", `*.example.org,!cp1.example.org ${key}`, "cp1.example.org", 22, 0],
    ["a comment", `# cp1 ${key}`, "cp1", 22, 0],
    ["a certificate authority", `@cert-authority cp1 ${key}`, "cp1", 22, 0],
  ])("%s", (_, line, address, port, found) => {
    expect(knownHostKeys(`\n${line}\n`, address, port).trusted).toHaveLength(found);
  });

  test("a revoked key is no trusted one", () => {
    const { trusted, revoked } = knownHostKeys(`@revoked cp1 ${key}\n`, "cp1", 22);
    expect([trusted.length, revoked.length]).toEqual([0, 1]);
  });

  test("fingerprints look as OpenSSH's", () => {
    const shown = execFileSync("ssh-keygen", ["-lf", "-"], { input: `${key}\n`, encoding: "utf8" });
    expect(shown).toContain(fingerprint(blob));
  });

  test("only signatures of known key types are asked for", () => {
    const keys = [parsedHostKey(key), parsedHostKey("ssh-rsa AAAA")].flatMap((one) => one ?? []);
    expect(signatureAlgorithms(keys)).toEqual([
      "ssh-ed25519",
      "rsa-sha2-512",
      "rsa-sha2-256",
      "ssh-rsa",
    ]);
  });
});

describe("calls over a shell", () => {
  const loop =
    'while IFS= read -r n; do [ "${n#plinth:}" = "$n" ] || eval "$(head -c "${n#plinth:}")"; done';
  const run = (shell: string, ...requests: Buffer[]): string =>
    spawnSync(shell, ["-c", loop], {
      input: Buffer.concat([shellText(library), ...requests]),
      encoding: "utf8",
    }).stdout;

  describe.each(["dash", "bash"])("%s", (shell) => {
    test("reads every word as it was", () => {
      const words = ["plain", "it's", 'a "b" $HOME `id` \\', "two\nlines", "", "*", "-n"];
      const steps = words.map((word) => ["printf", "<%s>", word] as const);
      expect(run(shell, request("end", steps, Buffer.alloc(0)))).toBe(
        `${words.map((word) => `<${word}>`).join("")}\nend 0\n`,
      );
    });

    test("gives the payload to the steps and goes on behind it, whether it was read or not", () => {
      const payload = Buffer.from("plinth:5\nnot a call\n");
      const outputs = run(
        shell,
        request("one", [["cat"]], payload),
        request("two", [["true"]], payload),
        request("three", [["echo", "x"]], Buffer.alloc(0)),
      );
      expect(outputs).toBe("plinth:5\nnot a call\n\none 0\n\ntwo 0\nx\n\nthree 0\n");
    });

    test("stops at the first step that fails, and goes on with the next call", () => {
      const failing = [["echo", "before"], ["false"], ["echo", "after"]] as const;
      expect(
        run(
          shell,
          request("one", failing, Buffer.alloc(0)),
          request("two", [["echo", "x"]], Buffer.alloc(0)),
        ),
      ).toBe("before\n\none 1\nx\n\ntwo 0\n");
    });
  });

  test("a call that was cut anywhere does nothing", () => {
    const whole = request("end", [["echo", "done"]], Buffer.from("payload"));
    for (let cut = 0; cut < whole.length; cut++)
      expect(run("dash", whole.subarray(0, cut))).not.toContain("done");
    expect(run("dash", whole)).toContain("done");
  });

  test("the end of a stream is found however it is cut", () => {
    const whole = Buffer.from("some output\nplinth-end 17\n");
    for (let cut = 0; cut <= whole.length; cut++) {
      const stream = new MarkedStream("plinth-end");
      stream.push(whole.subarray(0, cut));
      expect(stream.end).toBe(cut === whole.length ? "17" : undefined);
      stream.push(whole.subarray(cut));
      expect([stream.end, stream.text()]).toEqual(["17", "some output"]);
    }
  });

  test("a quoted word survives any shell", () => {
    expect(shellWord("it's")).toBe(`'it'\\''s'`);
  });
});

describe("differences", () => {
  const base = { host: { name: "cp1", address: "a" }, cluster: "c", layer: "l" };
  test.each<[string, object, object, Record<string, string>]>([
    ["nothing", {}, {}, {}],
    ["the way to the host", {}, { host: { name: "cp1", address: "b" } }, {}],
    ["a rollout", {}, { rollout: { group: "g" } }, {}],
    ["the host's name", {}, { host: { name: "cp2", address: "a" } }, { "host.name": "replace" }],
    ["the cluster", {}, { cluster: "d" }, { cluster: "replace" }],
    [
      "a nested value",
      { files: { "/a": { content: "1" } } },
      { files: { "/a": { content: "2" } } },
      { 'files["/a"].content': "update" },
    ],
    [
      "a secret",
      { files: { "/a": { content: secret("1") } } },
      { files: { "/a": { content: secret("2") } } },
      { 'files["/a"].content': "update" },
    ],
    [
      "the same value, now secret",
      { files: { "/a": { content: "1" } } },
      { files: { "/a": { content: secret("1") } } },
      {},
    ],
    [
      "an added and a dropped key",
      { files: { "/a": {} } },
      { files: { "/b": {} } },
      { 'files["/a"]': "delete", 'files["/b"]': "add" },
    ],
    ["lists", { packages: ["a"] }, { packages: ["a", "b"] }, { "packages[1]": "add" }],
  ])("%s", (_, old, wanted, changes) => {
    const found = layerDiff({ ...base, ...old }, { ...base, ...wanted });
    expect(Object.fromEntries(found)).toEqual(changes);
  });
});

describe("secrets", () => {
  test("a live value is secret where the state's is", () => {
    const template = { a: secret("1"), b: { c: secret({ d: "1" }) }, e: "1" };
    expect(secretLike(template, { a: "2", b: { c: { d: "2" } }, e: "2", f: "2" })).toEqual({
      a: secret("2"),
      b: { c: secret({ d: "2" }) },
      e: "2",
      f: "2",
    });
  });

  test("plain takes every wrapper off", () => {
    expect(plain({ a: secret({ b: [secret("1")] }) })).toEqual({ a: { b: ["1"] } });
  });
});

describe("settings", () => {
  test("a path starts at home, a number may be text", () => {
    expect(providerSettings({ privateKeyFile: "~/x", connectTimeoutSeconds: "7" })).toEqual({
      privateKeyFile: "~/x",
      connectTimeoutSeconds: 7,
      maintenance: [],
    });
  });

  test("a way to log in is needed", () => {
    expect(settingsFailures({})).toEqual({
      privateKeyFile: "no way to log in: set privateKeyFile, privateKey or agentSocket",
      connectTimeoutSeconds: "is missing, expected a number of seconds of at least 1",
    });
    expect(settingsFailures({ privateKey: secret("x"), connectTimeoutSeconds: 0 })).toEqual({
      connectTimeoutSeconds: "is 0, expected a number of seconds of at least 1",
    });
  });
});

describe("what a host prints", () => {
  test("is understood in whatever order, and with parts missing", () => {
    const live = liveHost(
      "\n@stat\nregular file\t644\troot:root\t3\t1.5\t2.5\t7\t/etc/a b\nsymbolic link\t777\troot:root\t1\t1\t1\t8\t/l -> /etc/a b\n" +
        `\n@sha256\n${"a".repeat(64)}  /etc/a b\n\\${"b".repeat(64)}  /etc/x\\\\x2d\n` +
        "\n@units\nId=a.service\nType=notify\nActiveState=activating\nSubState=start\nInvocationID=1\nDropInPaths=/x /y\n\nId=b.service\nActiveState=inactive\nSubState=dead\n" +
        '\n@text\n/etc/plinth/cluster.json:{"cluster":"c"}\n/proc/sys/net/x:1 2\n/etc/plinth/layers/broken.json:{\n',
    );
    expect(live.paths.get("/etc/a b")).toEqual({
      kind: "file",
      mode: "0644",
      owner: "root:root",
      changedAt: 2.5,
      stat: "3 1.5 2.5 7",
    });
    expect(live.paths.get("/l")?.target).toBe("/etc/a b");
    expect([...live.hashes.keys()]).toEqual(["/etc/a b", "/etc/x\\x2d"]);
    expect(live.units.get("a.service")).toMatchObject({
      running: true,
      active: true,
      dropIns: ["/x", "/y"],
    });
    expect(live.units.get("b.service")).toMatchObject({ running: false, active: false });
    expect([live.marker, live.sysctls.get("/proc/sys/net/x"), live.manifests.size]).toEqual([
      { cluster: "c" },
      "1 2",
      0,
    ]);
  });

  test("an [Install] section says which links start a unit at boot", () => {
    const text =
      "[Unit]\nWantedBy=no.target\n[Install]\nWantedBy=multi-user.target a.target\nRequiredBy=b.target\nAlias=c.service\n";
    expect(installLinks("x.service", text)).toEqual(
      [
        "multi-user.target.wants/x.service",
        "a.target.wants/x.service",
        "b.target.requires/x.service",
        "c.service",
      ].map((link) => `/etc/systemd/system/${link}`),
    );
  });

  test("a survey of an unknown machine has no surprises", () => {
    const facts = hostFacts("\n@ids\nuid=1000\narchitecture=riscv64\n", {
      sentAt: 0,
      user: "ops",
      unprivileged: true,
      leases: new Leases(),
    });
    expect(facts).toMatchObject({
      privilege: "none",
      architecture: "riscv64",
      systemdVersion: 0,
      addresses: {},
      listening: [],
    });
  });

  test("a host that another run holds names it, until its lease ends or its processes have", () => {
    const living = processNames(process.pid);
    const changedBy = (holder: string, expires: number) => {
      const lease = { operator: "ann@ops1", pid: 17, runId: "other", holder, since: 90, expires };
      const output = `\n@time\n100000000000\n\n@lease\n${JSON.stringify(lease)}\n`;
      const context = { sentAt: 0, user: "root", unprivileged: false, leases: new Leases() };
      return hostFacts(output, context).changedBy;
    };
    expect(changedBy(living, 101)).toEqual({ operator: "ann@ops1", pid: 17, since: 90 });
    expect(changedBy("another machine", 101)).toEqual({ operator: "ann@ops1", pid: 17, since: 90 });
    expect(changedBy(living, 99)).toBeUndefined();
    expect(changedBy(processNames(2 ** 22 + 1), 101)).toBeUndefined();
  });

  test("listening sockets carry their process and unit", () => {
    const socket = 'LISTEN 0 128 [::]:6443 [::]:* users:(("kube-apiserver",pid=7,fd=3))';
    const { listening } = hostFacts(
      `\n@listening\n${socket}\n/proc/7/cgroup:0::/system.slice/kube-apiserver.service\n`,
      { sentAt: 0, user: "root", unprivileged: false, leases: new Leases() },
    );
    expect(listening).toEqual([
      { port: 6443, address: "::", process: "kube-apiserver", unit: "kube-apiserver.service" },
    ]);
  });
});

test("an archive is what tar makes of it, long names included", () => {
  const long = `/etc/${"directory/".repeat(12)}file`;
  const archive = tarArchive([
    { path: "/etc/a", content: "ä\n", mode: "0640", owner: "root:daemon" },
    { path: long, content: "", mode: "0600", owner: "root:root" },
  ]);
  const listed = execFileSync("tar", ["-tvf", "-"], { input: archive, encoding: "utf8" });
  expect(listed).toMatch(/^-rw-r----- root\/daemon\s+3 .* etc\/a$/m);
  expect(listed).toMatch(new RegExp(`^-rw------- root/root\\s+0 .* ${long.slice(1)}$`, "m"));
});
