/** A layer that uses every kind of item. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HostLayerInputs } from "../../../provider/layer/layer-inputs";
import { layer } from "./harness";
import type { ArtifactServer } from "./remote";

export const serviceUnit = "plinth-example.service";
export const configFile = "/etc/plinth-example/example.conf";
export const secretFile = "/etc/plinth-example/secret";
export const plainBinary = "/usr/local/bin/plinth-example";
export const archivedBinary = "/opt/plinth-example/bin/tool";
/** A real executable: processes are recognised by what they execute, which for a script is a shell. */
export const sleeper = "/opt/plinth-example/bin/sleeper";
export const secretText = "never-shown-to-anybody\n";

const program = `#!/bin/sh
trap 'echo reloaded >>/run/plinth-example.reloads' HUP
mkdir -p /var/lib/plinth-example/data
while :; do sleep 1000 & wait; done
`;

/** A `.tgz` with the given files. */
function archive(files: Readonly<Record<string, string>>): Buffer {
  const dir = mkdtempSync(join(tmpdir(), "plinth-archive-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(dir, name, ".."), { recursive: true });
    writeFileSync(join(dir, name), text, { mode: 0o755 });
  }
  execFileSync("tar", ["-czf", join(dir, "archive.tgz"), "-C", dir, ...Object.keys(files)]);
  return readFileSync(join(dir, "archive.tgz"));
}

export function unitText(extra = ""): string {
  return `[Unit]
Description=Example of the provider's tests
[Service]
ExecStart=${plainBinary}
ExecReload=/bin/kill -HUP $MAINPID
${extra}
[Install]
WantedBy=multi-user.target
`;
}

/** See above; artifacts come from the given server. */
export function exampleLayer(artifacts: ArtifactServer): HostLayerInputs {
  const tool = artifacts.put(
    "tool.tgz",
    archive({ "bin/tool": "#!/bin/sh\necho tool\n", "bin/other": "other" }),
  );
  return layer({
    layer: "example",
    users: { "plinth-example": { home: "/var/lib/plinth-example", groups: ["adm"] } },
    directories: {
      "/etc/plinth-example": { mode: "0750", owner: "root:plinth-example" },
      "/var/lib/plinth-example": { mode: "0700", owner: "plinth-example:plinth-example" },
    },
    files: {
      [configFile]: { content: "line one\nline two\n", mode: "0640", owner: "root:plinth-example" },
      [secretFile]: { content: secretText, mode: "0600", owner: "root:root" },
      "/etc/plinth-example/reloaded.conf": { content: "1\n", mode: "0644", owner: "root:root" },
      "/etc/plinth-example/deep/er/with space.conf": {
        content: "",
        mode: "0644",
        owner: "root:root",
      },
    },
    links: { "/etc/plinth-example/link": { target: "example.conf" } },
    binaries: {
      [plainBinary]: { ...artifacts.put("example", Buffer.from(program)), mode: "0755" },
      [archivedBinary]: { ...tool, member: "bin/tool", mode: "0755" },
      [sleeper]: { ...artifacts.put("sleeper", readFileSync("/bin/sleep")), mode: "0755" },
      "/opt/plinth-example/bin/other": { ...tool, member: "bin/other", mode: "0700" },
    },
    modules: ["overlay"],
    sysctls: { "net.ipv4.ip_local_port_range": "32768\t60998", "net.ipv4.tcp_fin_timeout": "59" },
    units: {
      [serviceUnit]: {
        content: unitText(),
        enabled: true,
        running: true,
        restartOn: [configFile, plainBinary],
        reloadOn: ["/etc/plinth-example/reloaded.conf"],
      },
    },
    unitOrder: [serviceUnit],
    ready: [
      { kind: "unit", unit: serviceUnit, deadlineSeconds: 10 },
      {
        kind: "command",
        command: ["test", "-d", "/var/lib/plinth-example/data"],
        deadlineSeconds: 10,
      },
      { kind: "tcp", address: "127.0.0.1", port: 22, deadlineSeconds: 5 },
    ],
    dataDirectories: ["/var/lib/plinth-example"],
  });
}
