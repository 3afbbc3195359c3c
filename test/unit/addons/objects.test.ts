import { certManagerImages } from "../../../addons/certificates/cert-manager/downloads";
import { clusterIssuers } from "../../../addons/certificates/cert-manager/cluster-issuer";
import {
  certManagerObjects,
  workloadsAuthority,
} from "../../../addons/certificates/cert-manager/objects";
import { kubeletApiBinding } from "../../../addons/cluster/kubelet-api-access";
import { traefikObjects } from "../../../addons/ingress/traefik/objects";
import { type AddonObject, namesOf } from "../../../addons/kit/addon-object";
import { metalLbImages } from "../../../addons/load-balancer/metallb/downloads";
import { metalLbObjects, metalLbPools } from "../../../addons/load-balancer/metallb/objects";
import { metricsServerObjects } from "../../../addons/metrics/metrics-server/objects";
import { monitoringNamespaces, monitoringObjects } from "../../../addons/monitoring/objects";
import { monitoringImages } from "../../../addons/monitoring/shared/images";
import { registry } from "../../../addons/registry";
import type { ClusterConfig } from "../../../components/config/model/cluster-config";
import { toYaml } from "../../../components/text/yaml";
import { clusterFixture } from "../../support/fakes/cluster-fixture";
import {
  fakeCatalogue,
  fakeCertManager,
  fakeDefinition,
  fakeImage,
  fakeImages,
  fakeMetalLb,
} from "../../support/fakes/fake-catalogue";
import { expectGoldenTree } from "../../support/golden/golden-tree";

const { config } = clusterFixture("addons");
const { addons } = config;
const leaf = { certPem: "CERTIFICATE", keyPem: "KEY" };
const mutual = { ...leaf, authorityPem: "AUTHORITY" };

/** cert-manager's three Deployments, of which the fixture has one. */
const certManagerManifest = fakeCertManager.flatMap((object) =>
  object.kind === "Deployment"
    ? ["", "-cainjector", "-webhook"].map((suffix) => ({
        ...object,
        metadata: { ...object.metadata, name: `${object.metadata.name}${suffix}` },
      }))
    : [object],
);

function certManager(): readonly AddonObject[] {
  const upstream = certManagerObjects(certManagerManifest, fakeImages(certManagerImages));
  const authority = workloadsAuthority(
    { certPem: "CERTIFICATE", keyPem: "KEY" },
    namesOf(upstream),
  );
  return [...upstream, ...authority, ...clusterIssuers(addons.certManager, { private: "PEM" })];
}

function monitoring(changed: Partial<Parameters<typeof monitoringObjects>[0]> = {}) {
  const objects = monitoringObjects({
    config,
    images: fakeImages(monitoringImages),
    dashboards: { shop: '{ "title": "Shop" }' },
    webhookUrl: "https://alerts.example.org/t0ken",
    rules: { "alerts.yaml": "ALERTS", "certificates.yaml": "CERTIFICATES" },
    nodeExporterTls: mutual,
    kubeStateMetricsTls: mutual,
    prometheusTls: mutual,
    grafanaPassword: "PASSWORD",
    ...changed,
  });
  return [...monitoringNamespaces, ...objects];
}

const withAddons = (changed: Partial<ClusterConfig["addons"]>): ClusterConfig => ({
  ...config,
  addons: { ...addons, ...changed },
});

const traefik = (changed: Partial<ClusterConfig["addons"]["traefik"]>) =>
  traefikObjects(withAddons({ traefik: { ...addons.traefik, ...changed } }), fakeImage("traefik"));

/** Objects that resources have a part in, which their component makes. */
const withResources: Readonly<Record<string, readonly AddonObject[]>> = {
  "metrics-server": metricsServerObjects(fakeImage("metrics-server"), { ...leaf, caBundle: "CA" }),
  metallb: [
    ...metalLbObjects(fakeMetalLb, fakeImages(metalLbImages)),
    ...metalLbPools(addons.metallb),
  ],
  "cert-manager": certManager(),
  monitoring: monitoring(),
};

/** What an add-on gets whose objects are all of it; each upstream manifest has one object. */
const args = {
  config,
  files: {},
  images: fakeCatalogue.images,
  manifests: Object.fromEntries(
    registry
      .flatMap(({ manifests }) => Object.keys(manifests ?? {}))
      .map((name) => [name, [fakeDefinition]]),
  ),
};

describe("every object of an add-on is what its golden file says", () => {
  test.each(registry.map((addon) => [addon.name, addon] as const))("%s", (name, { objects }) => {
    const made = objects?.(args) ?? withResources[name];
    if (made === undefined) throw new Error(`${name}: no objects, expected them in this file`);
    expectGoldenTree(`addons/${name}`, goldenFiles(made));
  });

  test.each<[string, readonly AddonObject[]]>([
    ["cluster", [kubeletApiBinding]],
    ["traefik-node-ports", traefik({ exposure: "nodePorts", gateway: false, replicas: 3 })],
    ["traefik-host-ports", traefik({ exposure: "hostPorts", hosts: ["w1"] })],
  ])("%s", (place, objects) => {
    expectGoldenTree(`addons/${place}`, goldenFiles(objects));
  });
});

test("without receiver and volume, monitoring has neither of their objects", () => {
  const { storage, ...rest } = addons.monitoring;
  const settings = { ...rest, storage: { size: storage.size } };
  const small = monitoring({
    config: withAddons({ monitoring: settings }),
    webhookUrl: undefined,
    dashboards: {},
  });
  expect(namesOf(monitoring()).filter((name) => !namesOf(small).includes(name))).toEqual([
    "alertmanager-receiver",
    "prometheus-volume",
    "grafana-dashboard-shop",
  ]);
});

function goldenFiles(objects: readonly AddonObject[]): Readonly<Record<string, string>> {
  return Object.fromEntries(objects.map(({ name, object }) => [`${name}.yaml`, toYaml(object)]));
}
