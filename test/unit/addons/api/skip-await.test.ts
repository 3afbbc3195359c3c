import * as pulumi from "@pulumi/pulumi";
import { covers, liveWorkloads, type LiveWorkloads } from "../../../../addons/api/live-workloads";
import { ApiReader } from "../../../../addons/api/api-reader";
import { withoutAwaiting } from "../../../../addons/api/skip-await";

jest.mock("../../../../addons/api/api-reader");

const annotation = "pulumi.com/skipAwait";
const type = "kubernetes:apps/v1:DaemonSet";
const wanted = {
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name: "flannel", namespace: "kube-system", labels: { app: "flannel" } },
  spec: { template: { spec: { containers: [{ name: "flanneld", image: "flannel:2" }] } } },
};

/** The object as the API lists it, with its defaults. */
function liveWith(image: string, annotations: object): LiveWorkloads {
  const container = { name: "flanneld", image, imagePullPolicy: "IfNotPresent" };
  const object = {
    metadata: { ...wanted.metadata, uid: "1", annotations },
    spec: { template: { spec: { containers: [container], dnsPolicy: "ClusterFirst" } } },
    status: {},
  };
  return new Map([["DaemonSet kube-system/flannel", object]]);
}

/** Whether the program tells the API's provider not to wait for the object. */
async function skipped(
  away: boolean | pulumi.Output<boolean>,
  live: LiveWorkloads,
): Promise<boolean> {
  const [transformation] = withoutAwaiting(away, live);
  const args = { type, name: "flannel", props: wanted, opts: {} };
  const result = transformation?.(args as never);
  const { metadata } = (result?.props ?? wanted) as { metadata: { annotations?: object } };
  const sent = await pulumi.runtime.serializeProperties("metadata", metadata);
  return JSON.stringify(sent).includes(annotation);
}

describe("an add-on's object is not waited for while a node is away", () => {
  const skips = { [annotation]: "true" };
  test.each([
    ["and it is new", true, new Map(), true],
    ["and it changes", true, liveWith("flannel:1", {}), true],
    [
      "unless it is as it should be: it is not changed to say so",
      true,
      liveWith("flannel:2", {}),
      false,
    ],
    ["and it stays so until the next change", false, liveWith("flannel:2", skips), true],
    ["which is waited for again", false, liveWith("flannel:1", skips), false],
    ["but on a sound cluster", false, liveWith("flannel:1", {}), false],
  ] as const)("%s", async (_, away, live, expected) => {
    expect(await skipped(away, live)).toBe(expected);
    expect(await skipped(pulumi.output(away), live)).toBe(expected);
  });

  test("and what asks for it by itself is left alone", () => {
    const [transformation] = withoutAwaiting(true, new Map());
    const props = { metadata: { name: "dns", annotations: { [annotation]: "true" } } };
    expect(transformation?.({ type, name: "dns", props, opts: {} } as never)).toBeUndefined();
  });
});

describe("live objects are those of the API", () => {
  const read = (answer: (path: string) => Promise<unknown>) => {
    jest.spyOn(ApiReader.prototype, "read").mockImplementation(answer);
    return liveWorkloads(pulumi.output("kubeconfig"));
  };

  test("by kind, namespace and name", async () => {
    const metadata = { name: "dns", namespace: "kube-system" };
    const found = await read((path) =>
      Promise.resolve({ items: path.endsWith("/services") ? [{ metadata }] : null }),
    );
    expect([...found]).toEqual([["Service kube-system/dns", { metadata }]]);
  });

  test("and none of one that does not answer", async () => {
    expect(await read(() => Promise.reject(new Error("no answer")))).toEqual(new Map());
  });
});

test.each([
  [{ a: 1, b: 2 }, { a: 1 }, true],
  [{ a: 1 }, { a: 1, b: undefined }, true],
  [{ a: 1 }, { b: 1 }, false],
  [[1, 2], [1], false],
  [[{ a: 1, b: 2 }], [{ a: 1 }], true],
  ["1", 1, false],
  [undefined, {}, false],
])("%j covers %j: %s", (live, value, expected) => {
  expect(covers(live, value)).toBe(expected);
});
