import checkFlannel from "../../../../components/node/scripts/check-flannel.sh";
import checkNode from "../../../../components/node/scripts/check-node.sh";
import renewPodNetwork from "../../../../components/node/scripts/renew-pod-network.sh";
import spareNode from "../../../../components/node/scripts/spare-node.sh";
import { ScriptHost } from "../../../support/fakes/host-script";

const hosts: ScriptHost[] = [];
afterEach(() => hosts.splice(0).forEach((host) => host.remove()));

function scriptHost(programs: Readonly<Record<string, string>>): ScriptHost {
  const host = new ScriptHost({ sleep: ":", ...programs });
  hosts.push(host);
  host.write("/var/lib/kubelet/config.yaml", "");
  host.write(
    "/var/lib/kube-proxy/kubeconfig.conf",
    "clusters:\n  - cluster:\n      server: https://127.0.0.1:7445\n",
  );
  return host;
}

/** As the API answers it to curl that asks for a table. */
const table = (nodes: Readonly<Record<string, string>>) => {
  const rows = Object.entries(nodes).map(([name, status]) => ({
    cells: [name, status, "worker", "5m", "v1.36.4"],
    object: null,
  }));
  return `cat <<'EOF'\n${JSON.stringify({ kind: "Table", rows })}\nEOF`;
};

describe("the nodes can spare one", () => {
  const asked = (nodes: string | Readonly<Record<string, string>>, ...ignored: string[]) => {
    const host = scriptHost({ curl: typeof nodes === "string" ? nodes : table(nodes) });
    return { ...host.run(spareNode, "w1", "0", ...ignored), host };
  };

  test.each([
    ["while all others are Ready", { w1: "Ready", w2: "Ready", w10: "Ready" }, []],
    ["that is cordoned", { w1: "Ready,SchedulingDisabled", w2: "Ready" }, []],
    [
      "while one is away that does not count",
      { w1: "Ready", w2: "NotReady", w3: "Unknown" },
      ["w2", "w3"],
    ],
    ["that is alone", { w1: "Ready" }, []],
  ])("%s, and wait then until it is Ready again", (_, nodes, ignored) => {
    const { status, output, host } = asked(nodes, ...ignored);
    expect({ status, output }).toEqual({ status: 0, output: "" });
    expect(host.has("/var/lib/kubelet/was-ready")).toBe(true);
  });

  test.each([
    ["NotReady", "NotReady"],
    ["Unknown", "Unknown"],
    ["NotReady and cordoned", "NotReady,SchedulingDisabled"],
  ])("but not while another is %s, which is named", (_, status) => {
    const found = asked({ w1: "Ready", w10: status, w2: "Ready", w3: status }, "w1x");
    expect(found.status).toBe(1);
    expect(found.output).toBe(
      "w10, w3: not Ready, and one more node would be away: repair it or set its maintenance, then run again\n",
    );
    expect(found.host.has("/var/lib/kubelet/was-ready")).toBe(false);
  });

  test("after another became Ready within the time", () => {
    const host = scriptHost({ curl: "" });
    const later = `if [ -e $0.asked ]; then ${table({ w1: "Ready", w2: "Ready" })}
else touch $0.asked; ${table({ w1: "Ready", w2: "NotReady" })}
fi`;
    host.program("curl", later);
    expect(host.run(spareNode, "w1", "10").status).toBe(0);
  });

  test.each([
    ["is not Ready itself", { w1: "NotReady", w2: "NotReady" }],
    ["is no node any more", { w2: "Ready" }],
    ["gets no answer from the API", "exit 7"],
  ])("at once that %s", (_, nodes) => {
    const { status, host } = asked(nodes);
    expect(status).toBe(10);
    expect(host.has("/var/lib/kubelet/was-ready")).toBe(false);
  });

  test("by the word of the API server that kube-proxy goes to, as kube-proxy", () => {
    const [call = ""] = asked({ w1: "Ready" }).calls.filter((each) => each.startsWith("curl"));
    expect(call).toContain("--cert /var/lib/kube-proxy/kube-proxy.crt");
    expect(call).toContain("https://127.0.0.1:7445/api/v1/nodes?");
  });
});

describe("a node that changed", () => {
  const answer = (status: string, heartbeat: string, message = "all is well") => {
    const ready = { type: "Ready", status, lastHeartbeatTime: heartbeat, reason: "x", message };
    const conditions = [{ type: "PIDPressure", status: "False" }, ready];
    return `cat <<'EOF'\n${JSON.stringify({ status: { conditions, addresses: [] } })}\nEOF`;
  };
  const started = "echo 'Sun 2026-11-29 20:12:03 UTC'";
  const checked = (curl: string, wasReady = true) => {
    const host = scriptHost({ curl, systemctl: started });
    if (wasReady) host.write("/var/lib/kubelet/was-ready", "");
    const result = host.run(checkNode, "https://127.0.0.1:7445", "w1");
    return { ...result, isOver: !host.has("/var/lib/kubelet/was-ready") };
  };

  test("is up when its kubelet says so after its start", () => {
    expect(checked(answer("True", "2026-11-29T20:12:03Z"))).toMatchObject({
      status: 0,
      isOver: true,
    });
  });

  test("is not up by what its kubelet said before", () => {
    expect(checked(answer("True", "2026-11-29T20:12:02Z"))).toMatchObject({
      status: 1,
      output: "its kubelet has not reported since its start\n",
      isOver: false,
    });
  });

  test("is not up while it is not Ready, and says why", () => {
    const message = 'container runtime network not ready: "cni"';
    expect(checked(answer("False", "2026-11-29T20:13:00Z", message))).toMatchObject({
      status: 1,
      output: expect.stringContaining("the node is not Ready: container runtime network not ready"),
      isOver: false,
    });
  });

  test("is not up where nobody answers", () => {
    expect(checked("echo 'curl: (7) refused' >&2; exit 7")).toMatchObject({
      status: 1,
      output: "curl: (7) refused\n",
    });
  });

  test("need not be Ready where it was not before", () => {
    expect(checked("exit 7", false)).toMatchObject({ status: 0, calls: [] });
  });
});

describe("flannel", () => {
  const addresses = [
    { type: "Hostname", address: "w1" },
    { type: "InternalIP", address: "10.9.0.21" },
  ];
  const answer = JSON.stringify({ status: { addresses, conditions: [] } });
  const node = `cat <<'EOF'\n${answer}\nEOF`;
  const checked = (iface: string, curl = node) => {
    const args = JSON.stringify(["/opt/bin/flanneld", "--ip-masq", `--iface=${iface}`], null, 2);
    const inspected = `cat <<'EOF'\n${args}\nEOF`;
    const crictl = `case $1 in ps) echo c0ffee ;; inspect) ${inspected}\n;; esac`;
    return scriptHost({ crictl, curl }).run(checkFlannel, "https://127.0.0.1:7445", "w1");
  };

  test("that goes by its node's address is left alone", () => {
    const { status, calls } = checked("10.9.0.21");
    expect(status).toBe(0);
    expect(calls.filter((call) => call.startsWith("crictl stop"))).toEqual([]);
  });

  test("is started anew where its node got another one", () => {
    const { status, output, calls } = checked("10.0.0.21");
    expect(status).toBe(1);
    expect(output).toBe("flannel goes by 10.0.0.21, and the node's address is 10.9.0.21\n");
    expect(calls.at(-1)).toBe("crictl stop --timeout 5 c0ffee");
  });

  test("is left alone where its node has no address", () => {
    expect(checked("10.0.0.21", "echo '{}'").status).toBe(0);
  });

  test("need not be there, and then nobody is asked", () => {
    const { status, calls } = scriptHost({ crictl: "", curl: "exit 7" }).run(checkFlannel, "", "");
    expect(status).toBe(0);
    expect(calls).toEqual(["crictl ps -q --name ^kube-flannel$"]);
  });
});

test("a pod network is renewed: pods end first, then the bridge and the addresses of the old one", () => {
  const host = scriptHost({
    systemctl: "",
    crictl: "case $1$2 in ps-q) echo c1; echo c2 ;; pods-q) echo s1 ;; esac",
    ip: "",
  });
  host.write("/run/flannel/subnet.env", "FLANNEL_SUBNET=10.244.1.1/24");
  host.write("/var/lib/cni/networks/cbr0/10.244.1.2", "");
  const { status, calls } = host.run(renewPodNetwork);
  expect(status).toBe(0);
  expect(calls).toEqual([
    "systemctl stop kubelet.service",
    "crictl ps -q",
    expect.stringMatching(/^crictl stop --timeout 20 c[12]$/),
    expect.stringMatching(/^crictl stop --timeout 20 c[12]$/),
    "crictl pods -q",
    "crictl stopp s1",
    "ip link show dev cni0",
    "ip link delete cni0",
  ]);
  expect(host.has("/run/flannel/subnet.env")).toBe(false);
  expect(host.has("/var/lib/cni/networks/cbr0")).toBe(false);
});
