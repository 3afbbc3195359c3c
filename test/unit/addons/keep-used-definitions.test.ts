import * as pulumi from "@pulumi/pulumi";
import type { ObjectMetadata } from "../../../addons/api/api-reader";
import { refuseDataLoss } from "../../../addons/api/keep-used-definitions";
import { ourLabels } from "../../../addons/kit/labelled-objects";

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
    { name: "c", namespace: "default", ownerReferences: [{ kind: "Pod" }] },
    { name: "d", namespace: "default", ownerReferences: [{ kind: "Ingress" }] },
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

test("a run that would lose objects fails with their list, those of Plinth's own and of controllers' own aside", async () => {
  await expect(refuseDataLoss(api, new Set())).rejects.toThrow(
    /^definitions that are about to be deleted have objects, .*\n(Gateway\S+ default\/[abd]\n?){3}$/,
  );
  await expect(refuseDataLoss(api, new Set([gateways]))).resolves.toBeUndefined();
});

test("while all definitions stay, one question is all it takes", async () => {
  await refuseDataLoss(api, new Set([gateways, classes]));
  expect(asked).toEqual([ours]);
});

test("a definition whose objects can't be listed does not go", async () => {
  const away = { ...api, read: () => Promise.reject(new Error("the API answered 503")) };
  await expect(refuseDataLoss(away, new Set([classes]))).rejects.toThrow(
    `${gateways} is about to be deleted, and whether it has objects is not known: the API answered 503`,
  );
});

test("an API that does not even list definitions is a warning", async () => {
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  const away = { ...api, metadata: () => Promise.reject(new Error("no answer in time")) };
  await refuseDataLoss(away, new Set());
  expect(warn.mock.calls[0]?.[0]).toContain("is not known: no answer in time");
});
