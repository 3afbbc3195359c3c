/** A host that is a folder: real steps in a real shell, for layers of files, links and directories. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WantedLayer } from "../../../provider/layer/wanted-layer";
import { lookSteps } from "../../../provider/look/ask-host";
import { liveHost, type LiveHost } from "../../../provider/look/live-state";
import { request, shellText, type Step } from "../../../provider/ssh/framing";
import { library } from "../../../provider/ssh/script-library";

const id = (flag: string): string => execFileSync("id", [flag], { encoding: "utf8" }).trim();

/** Whoever runs the tests, as the owner of what they make. */
export const tester = `${id("-un")}:${id("-gn")}`;

/** What looks through all processes of the machine; a layer of files has none. */
const skipped = ["kill_leftovers"];

/** What reaches beyond a folder: a layer of files must not need it. */
const forbidden = [
  "systemctl",
  "kill",
  "umount",
  "modprobe",
  "groupadd",
  "useradd",
  "userdel",
  "run_installer",
];

export class FolderHost {
  readonly root = mkdtempSync(join(tmpdir(), "plinth-host-"));
  /** In the place of /etc/plinth. */
  readonly own = join(this.root, "plinth");

  /** Runs steps as a host's shell does; throws what they say where they fail. */
  run(steps: readonly Step[], payload: Buffer = Buffer.alloc(0)): string {
    const own = `run_dir=${this.root}/run etc_dir=${this.own} layers_dir=${this.own}/layers
lease=$run_dir/lease.json marker_file=$etc_dir/cluster.json
${skipped.map((name) => `${name}() { :; }`).join("\n")}
${forbidden.map((name) => `${name}() { die "ran ${name}"; }`).join("\n")}`;
    const here = steps.map(([verb, ...args]): Step => [
      verb,
      ...args.map((arg) => arg.replace(/^\/etc\/plinth/, this.own)),
    ]);
    const loop = 'while IFS= read -r n; do eval "$(head -c "${n#plinth:}")"; done';
    const { stdout, stderr } = spawnSync("dash", ["-c", loop], {
      input: Buffer.concat([shellText(`${library}\n${own}\n`), request("end", here, payload)]),
      encoding: "utf8",
    });
    if (!stdout.endsWith("\nend 0\n")) throw new Error(stderr);
    return stdout.replaceAll(this.own, "/etc/plinth");
  }

  look(...versions: WantedLayer[]): LiveHost {
    return liveHost(this.run(lookSteps(versions)));
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}
