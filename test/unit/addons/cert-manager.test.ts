import { untilAdmitted, untilReady } from "../../../addons/api/wait-for-objects";
import { certManagerManifest } from "../../../addons/certificates/cert-manager/objects";
import { clusterIssuer } from "../../../addons/certificates/cert-manager/cluster-issuer";
import { certManagerImages } from "../../../addons/certificates/cert-manager/downloads";
import { fakeCertManager, fakeImages } from "../../support/fakes/fake-catalogue";

// what pauses is waited for by the number of looks
jest.mock("node:timers/promises", () => ({ setTimeout: () => Promise.resolve() }));

const images = fakeImages(certManagerImages);

test("upstream's objects keep to their own namespace, with Plinth's images and limits", () => {
  const [namespace, , role, deployment] = certManagerManifest(fakeCertManager, images);
  expect(namespace?.metadata.labels).toEqual({
    "pod-security.kubernetes.io/enforce": "restricted",
  });
  expect(role?.metadata.namespace).toBe("cert-manager");
  expect(deployment).toMatchObject({
    spec: {
      template: {
        spec: {
          containers: [
            {
              image: "registry.example/cert-manager-controller:1.0",
              args: [
                "--v=2",
                "--leader-election-namespace=cert-manager",
                "--acme-http01-solver-image=registry.example/cert-manager-acmesolver:1.0",
                "--acme-http01-solver-resource-request-memory=16Mi",
                "--acme-http01-solver-resource-limits-memory=64Mi",
              ],
              resources: { limits: { memory: "256Mi" } },
              securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
            },
          ],
        },
      },
    },
  });
});

test("a Deployment that Plinth has no limits for is not let through", () => {
  const other = fakeCertManager.map((each) => ({
    ...each,
    metadata: { ...each.metadata, name: "other" },
  }));
  expect(() => certManagerManifest(other, images)).toThrow(
    "cert-manager's manifest: got Deployment other, expected cert-manager, cert-manager-cainjector, cert-manager-webhook",
  );
});

test.each([
  ["its class", { ingressClass: "nginx" }, "nginx"],
  ["Traefik's class where it names none", {}, "traefik"],
])(
  "an ACME issuer trusts the given CA and answers by Ingresses of %s",
  (_, named, ingressClass) => {
    const acme = { server: "https://a.example", email: "ops@a.example", ...named };
    expect(clusterIssuer("a", { acme }, "PEM").spec).toEqual({
      acme: {
        server: "https://a.example",
        email: "ops@a.example",
        caBundle: "UEVN",
        privateKeySecretRef: { name: "a-account" },
        solvers: [{ http01: { ingress: { class: ingressClass, serviceType: "ClusterIP" } } }],
      },
    });
    expect(clusterIssuer("b", { ca: "cluster" }, undefined).spec).toEqual({
      ca: { secretName: "workloads-ca" },
    });
  },
);

/** What an API answers, one after the other, the last one for ever. */
function answering(...answers: readonly (object | Error)[]) {
  let next = 0;
  return {
    read: () => {
      const answer = answers[Math.min(next++, answers.length - 1)];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
}

const looked = (status: string, generation: number) => ({
  metadata: { generation: 2 },
  status: {
    conditions: [
      { type: "Ready", status, observedGeneration: generation, reason: "Why", message: "because" },
    ],
  },
});

test("an object is waited for until the condition Ready of its last change is true", async () => {
  const api = answering(
    new Error("away"),
    { metadata: { generation: 2 } },
    looked("True", 1),
    looked("True", 2),
  );
  await expect(untilReady(api, "/a", 5)).resolves.toBeUndefined();
});

test.each([
  ["its condition", looked("False", 2), "Why: because"],
  ["a change unseen", looked("True", 1), "its change has not been looked at yet"],
  ["an object unseen", { metadata: {} }, "nobody has looked at it yet"],
  ["an API that is away", new Error("connect ECONNREFUSED"), "connect ECONNREFUSED"],
])("the end of waiting tells %s", async (_, answer, why) => {
  await expect(untilReady(answering(answer), "/a", 0)).rejects.toThrow(why);
});

test("what an API would not take is tried until it does, else why is told", async () => {
  const refusals = [new Error("failed calling webhook"), new Error("failed calling webhook")];
  const tried = () => {
    const refusal = refusals.pop();
    return refusal === undefined ? Promise.resolve() : Promise.reject(refusal);
  };
  await expect(untilAdmitted({ dryRun: tried }, "/a", {}, 5)).resolves.toBeUndefined();
  const never = () => Promise.reject(new Error("failed calling webhook"));
  await expect(untilAdmitted({ dryRun: never }, "/a", {}, 0)).rejects.toThrow(
    "failed calling webhook",
  );
});
