import { controlPlaneRollout } from "../../../../../components/control-plane/turns/control-plane-rollout";
import { type Change, parsed, set } from "../../../../support/fakes/config-input";
import { ScriptHost } from "../../../../support/fakes/host-script";

const hosts: ScriptHost[] = [];
afterEach(() => hosts.splice(0).forEach((host) => host.remove()));

const member = (number: number, more = {}) => ({
  address: `10.0.0.1${number}`,
  roles: ["etcd", "control-plane"],
  ...more,
});
const three = (third = {}) =>
  set("hosts", {
    cp1: member(1),
    cp2: member(2),
    cp3: member(3, third),
    w1: { address: "10.0.0.21", roles: ["worker"] },
  });

/** Asks the gate of cp1 while the API servers at these addresses are ready, after so many questions without an answer. */
function asked(ready: readonly string[], change: Change = three(), unanswered = 0) {
  const config = parsed(change);
  const [cp1] = config.hosts;
  if (cp1 === undefined) throw new Error("the config has no host");
  const { gate } = controlPlaneRollout(config, cp1);
  const [, , script = "", , ca = "", , ...rest] = gate?.command ?? [];
  const urls = ready.map((address) => `https://${address}:6443/readyz`).join("|");
  const host = new ScriptHost({
    sleep: ":",
    curl: `echo >>$0.asked; [ "$(wc -l <$0.asked)" -gt ${unanswered} ] || exit 28
for url; do :; done; case "$url" in ${urls || "none"}) ;; *) exit 22 ;; esac`,
  });
  hosts.push(host);
  const { status, output } = host.run(script, ca, "0", ...rest);
  return { status, output };
}

const spared = { status: 0, output: "" };

test("a control plane is spared while all others are ready", () => {
  expect(asked(["127.0.0.1", "10.0.0.12", "10.0.0.13"])).toEqual(spared);
});

test("not while another one is not, which is named", () => {
  expect(asked(["127.0.0.1", "10.0.0.12"])).toEqual({
    status: 1,
    output:
      "cp3: its API server is not ready, and one more would be away: repair it or set its maintenance, then run again\n",
  });
  expect(asked(["127.0.0.1"]).output).toMatch(/^cp2, cp3: /);
});

test("whatever one in maintenance does", () => {
  expect(asked(["127.0.0.1", "10.0.0.12"], three({ maintenance: true }))).toEqual(spared);
});

test("at once where its own API server serves nobody", () => {
  expect(asked([]).status).toBe(10);
});

test("but not where it is slow for a moment", () => {
  expect(asked(["127.0.0.1", "10.0.0.12", "10.0.0.13"], three(), 2)).toEqual(spared);
  expect(asked(["127.0.0.1", "10.0.0.12", "10.0.0.13"], three(), 3).status).toBe(10);
});

test("alone, for there is no better time", () => {
  expect(asked(["127.0.0.1"], set("hosts", { cp1: member(1) }))).toEqual(spared);
});
