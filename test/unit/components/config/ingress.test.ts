import { traefikArguments } from "../../../../addons/ingress/traefik/arguments";
import { traefikPod } from "../../../../addons/ingress/traefik/pod";
import { parsed, problems, set } from "../../../support/fakes/config-input";

const on = { enabled: true };

test.each([
  [
    { ...on, hosts: ["w1", "w3"] },
    '.addons.traefik.hosts[1]: got "w3", expected the name of a host that is a node: cp1, cp2, cp3, w1, w2, w10; did you mean w1?',
  ],
  [
    { ...on, hostPorts: { http: 6443 } },
    ".addons.traefik.hostPorts.http: got 6443, expected another port, this one is for the API",
  ],
  [
    { ...on, hostPorts: { https: 10_250 } },
    ".addons.traefik.hostPorts.https: got 10250, expected another port, this one is for the kubelet",
  ],
  [
    { ...on, hostPorts: { http: 22 } },
    ".addons.traefik.hostPorts.http: got 22, expected another port, this one is for SSH on cp1",
  ],
  [
    { ...on, hostPorts: { https: 80 } },
    ".addons.traefik.hostPorts.https: got 80, expected another port than that of http",
  ],
  [
    { ...on, hostPorts: { http: 30_080 } },
    ".addons.traefik.hostPorts.http: got 30080, expected a port outside of 30000-32767, from which services get theirs",
  ],
  [
    { ...on, exposure: "nodePorts", nodePorts: { http: 80 } },
    ".addons.traefik.nodePorts.http: got 80, expected a port within 30000-32767, which services may have",
  ],
  [
    { ...on, exposure: "hostPort" },
    '.addons.traefik.exposure: got "hostPort", expected one of hostPorts, nodePorts, loadBalancer; did you mean hostPorts?',
  ],
  [
    { ...on, hostPorts: { http: 0 } },
    ".addons.traefik.hostPorts.http: got 0, expected a whole number from 1 to 65535",
  ],
])("traefik as %j is told with its place, value and what was expected", (traefik, line) => {
  expect(problems(set("addons.traefik", traefik))).toEqual([line]);
});

test("the ports that services may have are those of the stack config", () => {
  const range = set("controlPlane.apiServer.extraArgs.service-node-port-range", "20000-20100");
  const port = (http: number) =>
    problems((input) => {
      range(input);
      set("addons.traefik", { ...on, exposure: "nodePorts", nodePorts: { http, https: 20_001 } })(
        input,
      );
    });
  expect(port(20_000)).toEqual([]);
  expect(port(30_080)).toEqual([
    ".addons.traefik.nodePorts.http: got 30080, expected a port within 20000-20100, which services may have",
  ]);
});

test("what is switched off, or is not listened on, is not in the way", () => {
  const wrong = { hosts: ["w3"], hostPorts: { http: 22, https: 22 } };
  expect(problems(set("addons.traefik", wrong))).toEqual([]);
  const balanced = { ...on, exposure: "loadBalancer", hostPorts: wrong.hostPorts };
  expect(problems(set("addons.traefik", balanced))).toEqual([]);
});

test.each([
  [
    { sampleApp: { ...on, host: "a.example.org" } },
    ".addons.sampleApp.enabled: got true, expected false, or addons.traefik.enabled true, because it is reached through Traefik",
  ],
  [
    { sampleApp: on, traefik: on },
    ".addons.sampleApp.host: missing, expected the DNS name under which it is reached",
  ],
  [
    { sampleApp: { ...on, host: "A b" }, traefik: on },
    '.addons.sampleApp.host: got "A b", expected a DNS name in lower case such as cluster.local',
  ],
])("a sample application that nobody could reach is refused: %j", (addons, line) => {
  expect(problems(set("addons", addons))).toEqual([line]);
});

const configWith = (traefik: object) => parsed(set("addons.traefik", { ...on, ...traefik }));

test("Ingresses tell the address of the first host that listens", () => {
  const address = (traefik: object) =>
    traefikArguments(configWith(traefik)).filter((flag) => flag.includes("ingressendpoint"));
  const flag = "--providers.kubernetesingress.ingressendpoint";
  expect(address({})).toEqual([`${flag}.ip=10.1.0.11`]);
  expect(address({ hosts: ["w2"] })).toEqual([`${flag}.ip=10.1.0.12`]);
  expect(address({ exposure: "loadBalancer" })).toEqual([
    `${flag}.publishedservice=traefik/traefik`,
  ]);
});

test("hosts chosen by name run Traefik whatever their taints, others only without", () => {
  const pod = (traefik: object) => traefikPod(configWith(traefik), "traefik:1", {});
  expect(pod({}).tolerations).toBeUndefined();
  const chosen = pod({ hosts: ["w1", "cp1"] });
  expect(chosen.tolerations).toEqual([
    { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule", operator: "Exists" },
  ]);
  expect(JSON.stringify(chosen.affinity)).toContain('"values":["cp1","w1"]');
});

test("only host ports take ports of the host", () => {
  const ports = (exposure: string) =>
    JSON.stringify(traefikPod(configWith({ exposure }), "traefik:1", {}).containers);
  expect(ports("hostPorts")).toContain('"hostPort":80');
  expect(ports("nodePorts")).not.toContain("hostPort");
});
