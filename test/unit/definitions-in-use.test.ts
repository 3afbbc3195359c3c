import type { ObjectMetadata } from "../../addons/api-reader";
import { lostObjects } from "../../addons/definitions-in-use";
import { ourLabels } from "../../addons/our-objects";

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const ours = `${definitions}?labelSelector=app.kubernetes.io%2Fmanaged-by%3Dplinth`;
const gateways = "gateways.gateway.networking.k8s.io";
const classes = "gatewayclasses.gateway.networking.k8s.io";

const definition = (kind: string, plural: string) => ({
  spec: {
    group: "gateway.networking.k8s.io",
    names: { kind, plural },
    versions: [
      { name: "v1alpha2", served: false },
      { name: "v1", served: true },
    ],
  },
});

/** An API that has what is listed here, and fails for any other path. */
const lists: Readonly<Record<string, readonly ObjectMetadata[]>> = {
  [ours]: [{ name: gateways }, { name: classes }],
  "/apis/gateway.networking.k8s.io/v1/gateways": [
    { name: "b", namespace: "default", labels: { "app.kubernetes.io/managed-by": "Helm" } },
    { name: "a", namespace: "default" },
    { name: "c", namespace: "default", ownerReferences: [{ kind: "Pod", name: "maker" }] },
  ],
  "/apis/gateway.networking.k8s.io/v1/gatewayclasses": [{ name: "traefik", labels: ourLabels }],
};
const objects: Readonly<Record<string, unknown>> = {
  [`${definitions}/${gateways}`]: definition("Gateway", "gateways"),
  [`${definitions}/${classes}`]: definition("GatewayClass", "gatewayclasses"),
};
const asked: string[] = [];

function found<T>(all: Readonly<Record<string, T>>, path: string): Promise<T> {
  asked.push(path);
  const value = all[path];
  return value === undefined ? Promise.reject(new Error(path)) : Promise.resolve(value);
}

const api = {
  metadata: (path: string) => found(lists, path),
  read: (path: string) => found(objects, path),
};

beforeEach(() => {
  asked.length = 0;
});

test("objects of a kind that is about to go are listed, those of Plinth's own and of controllers aside", async () => {
  expect(await lostObjects(api, new Set())).toEqual([
    "Gateway.gateway.networking.k8s.io default/a",
    "Gateway.gateway.networking.k8s.io default/b",
  ]);
});

test("while all definitions stay, one question is all it takes", async () => {
  expect(await lostObjects(api, new Set([gateways, classes]))).toEqual([]);
  expect(asked).toEqual([ours]);
});

test("what can't be asked is an error, not an empty list", async () => {
  const away = { ...api, read: () => Promise.reject(new Error("the API answered 503")) };
  await expect(lostObjects(away, new Set())).rejects.toThrow("503");
});
