import { nodeHelp } from "../../../../../components/control-plane/turns/node-help";
import type { HostCommand } from "../../../../../provider/api";
import { type Change, parsed, set } from "../../../../support/fakes/config-input";
import { ScriptHost, type ScriptResult } from "../../../../support/fakes/host-script";

const hosts: ScriptHost[] = [];
afterEach(() => hosts.splice(0).forEach((host) => host.remove()));

type Hook = "beforeRemoval" | "afterRemoval";

function command(hook: Hook, change?: Change): HostCommand {
  const found = nodeHelp(parsed(change))[hook];
  if (found === undefined) throw new Error(`there is no ${hook}`);
  return found;
}

interface Cluster {
  /** What the API says of the node: nothing where there is none. */
  readonly node?: string;
  /** Shell that a drain runs. */
  readonly drain?: string;
  /** Lines `namespace pod controller` of the pods on the node. */
  readonly pods?: string;
  /** What the eviction API answers. */
  readonly eviction?: string;
}

/** Runs what a control plane does for the node w1, which is `state`. */
function helped(hook: Hook, state: string, cluster: Cluster, change?: Change): ScriptResult {
  const { node = "node True", drain = "", pods = "", eviction = "" } = cluster;
  const host = new ScriptHost({
    kubectl: `case $1$2 in
getnode) ${node.startsWith("exit") ? `echo refused; ${node}` : `printf '%s' '${node}'`} ;;
drainw1) ${drain || ":"} ;;
getpods) printf '${pods}' ;;
esac`,
    curl: `cat <<'EOF'\n${eviction}\nEOF`,
  });
  hosts.push(host);
  const [, , script = "", , ...args] = command(hook, change).command;
  const filled = args.map((arg) => arg.replace("{host}", "w1").replace("{state}", state));
  return host.run(script, ...filled);
}

const force = set("drain", { force: true, timeoutSeconds: 60 });
const drains = ({ calls }: ScriptResult) => calls.filter((call) => call.includes("drain"));

describe("a node that leaves", () => {
  test("is drained with the time that the config gives, and without force", () => {
    const result = helped("beforeRemoval", "here", {});
    expect(result.status).toBe(0);
    expect(drains(result)).toEqual([
      "kubectl drain w1 --ignore-daemonsets --delete-emptydir-data --timeout=300s",
    ]);
  });

  test("is not waited for where nobody is there who could end its pods", () => {
    expect(drains(helped("beforeRemoval", "here", { node: "node Unknown" }))).toEqual([
      expect.stringContaining("--skip-wait-for-delete-timeout=10"),
    ]);
  });

  test("is kept, cordoned, with pods and budgets named, while its pods may not end", () => {
    const eviction = JSON.stringify(
      {
        kind: "Status",
        message: "Cannot evict pod as it would violate the pod's disruption budget.",
        details: {
          causes: [
            { message: "The disruption budget web needs 2 healthy pods and has 2 currently" },
          ],
        },
        code: 429,
      },
      undefined,
      2,
    );
    const pods =
      "shop web-1 ReplicaSet\\nkube-flannel flannel-1 DaemonSet\\nshop bare -\\nkube-system static-w1 Node\\n";
    const result = helped("beforeRemoval", "here", { drain: "echo tried; exit 1", pods, eviction });
    expect(result.status).toBe(1);
    expect(result.output)
      .toBe(`the node w1 could not be emptied within 300 s; it stays cordoned, and its host is as it was:
shop/web-1: The disruption budget web needs 2 healthy pods and has 2 currently
shop/bare: no controller would start it again elsewhere
make room for them or change their budgets and run again, or set drain.force to end them all the same;
to keep the node, put it back into the stack config and run: kubectl uncordon w1
`);
  });

  test("tells what kubectl said where no pod is in the way", () => {
    const result = helped("beforeRemoval", "here", { drain: "echo no such luck; exit 1" });
    expect(result.output).toContain("\nno such luck\n");
  });

  test("does not list pods without end", () => {
    const pods = Array.from({ length: 30 }, (_, at) => `shop web-${at} -\\n`).join("");
    const lines = helped("beforeRemoval", "here", { drain: "exit 1", pods }).output.split("\n");
    expect(lines).toHaveLength(13); // of the 15 that are shown of a command
    expect(lines).toContain("and other pods");
  });

  test("is emptied by force where the config says so, after its pods had their time", () => {
    const drain = 'case "$*" in *--disable-eviction*) ;; *) exit 1 ;; esac';
    const result = helped("beforeRemoval", "here", { drain }, force);
    expect(result.status).toBe(0);
    const asked =
      "kubectl drain w1 --ignore-daemonsets --delete-emptydir-data --timeout=60s --force";
    expect(drains(result)).toEqual([asked, `${asked} --disable-eviction`]);
  });

  test("goes at once where the API knows no such node", () => {
    const result = helped("beforeRemoval", "here", { node: "" });
    expect({ status: result.status, drains: drains(result) }).toEqual({ status: 0, drains: [] });
  });

  test("has as much time as its pods have, twice with force", () => {
    expect(command("beforeRemoval").deadlineSeconds).toBe(360);
    expect(command("beforeRemoval", force).deadlineSeconds).toBe(180);
  });

  test("has its Node object deleted in the end", () => {
    const { status, calls } = helped("afterRemoval", "here", {});
    expect(status).toBe(0);
    expect(calls.at(-1)).toBe("kubectl delete node w1 --ignore-not-found --timeout=60s");
  });
});

describe("a node that is lost", () => {
  test("is not drained, and its Node object is deleted", () => {
    const before = helped("beforeRemoval", "lost", { node: "node Unknown" });
    expect({ status: before.status, drains: drains(before) }).toEqual({ status: 0, drains: [] });
    const after = helped("afterRemoval", "lost", { node: "node Unknown" });
    expect(after.calls.at(-1)).toMatch(/^kubectl delete node w1 /);
  });

  test.each(["beforeRemoval", "afterRemoval"] as const)(
    "is refused while its kubelet is Ready: %s",
    (hook) => {
      const { status, output, calls } = helped(hook, "lost", {});
      expect(status).toBe(1);
      expect(output).toBe("the node w1 is Ready: it is not lost; take it out of lost\n");
      expect(calls).toHaveLength(1);
    },
  );
});

test.each(["beforeRemoval", "afterRemoval"] as const)(
  "another control plane is asked where this one's API server does not answer: %s",
  (hook) => {
    const { status, output } = helped(hook, "here", { node: "exit 1" });
    expect(status).toBe(11);
    expect(output).toBe("the API server at https://127.0.0.1:6443 does not answer: refused\n");
  },
);
