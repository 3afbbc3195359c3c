import * as pulumi from "@pulumi/pulumi";
import type { HostFacts } from "../../../provider/survey-api";
import { clusterInput } from "../fakes/cluster-fixture";
import {
  fakeCatalogue,
  fakeCertManager,
  fakeDefinition,
  fakeMetalLb,
} from "../fakes/fake-catalogue";
import { hostFacts } from "../fakes/host-facts";
import { recordedProgram, type RecordedProgram, type RecordedRun } from "./recorded-program";

// upstream's servers are no part of what the program registers
jest.mock("../../../components/catalogue/resolved-catalogue", () => ({
  resolvedCatalogue: ({ needs }: { needs: { manifests: readonly string[] } }) =>
    Promise.resolve({ ...fakeCatalogue, manifests: needs.manifests }),
}));

jest.mock("../../../components/catalogue/upstream-manifests", () => ({
  upstreamManifests: ({ manifests }: { manifests: readonly string[] }) => {
    const known = Object.entries({
      "gateway-api": [fakeDefinition],
      "cert-manager": fakeCertManager,
      "metallb-native": fakeMetalLb,
    });
    return Promise.resolve(Object.fromEntries(known.filter(([name]) => manifests.includes(name))));
  },
}));

// nor is there a cluster to look at
jest.mock("../../../addons/certificates/cert-manager/operator/acme-directories", () => ({
  acmeAuthorityFiles: () => ({}),
  acmeDirectories: () => Promise.resolve([]),
}));

jest.mock("../../../addons/api/wait-for-objects", () => ({
  untilAdmitted: () => Promise.resolve(),
  untilReady: () => Promise.resolve(),
}));

jest.mock("../../../addons/api/api-reader", () => ({ ApiReader: jest.fn() }));

interface FixtureHost {
  readonly address: string;
  readonly internalAddress?: string;
}

/**
 * What `index.ts` registers for the cluster of `clusters/<name>.yaml` with some keys of the config,
 * and of what the survey finds on a host, replaced; `settings` are further keys of the stack config.
 */
export async function clusterProgram(
  name: string,
  changes: (input: Record<string, unknown>) => Record<string, unknown> = (input) => input,
  found: (host: string) => Partial<HostFacts> = () => ({}),
  settings: Readonly<Record<string, string>> = {},
  run: RecordedRun = {},
): Promise<RecordedProgram> {
  jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  // an export assignment, which ES modules see as the default
  const { default: program } = await import("../../../index");
  const input = changes(clusterInput(name));
  const hosts = input.hosts as Readonly<Record<string, FixtureHost>>; // as every fixture has them
  const config = { "plinth:cluster": JSON.stringify(input), ...settings };
  return withoutStackTraces(() =>
    recordedProgram(
      program,
      config,
      (host) =>
        hostFacts(host, hosts[host]?.internalAddress ?? hosts[host]?.address ?? "", found(host)),
      run,
    ),
  );
}

/**
 * The SDK takes a stack trace of every promise and resource, and jest's own formatting finds the
 * source of each line in it: most of a run's time, for what nobody reads.
 */
async function withoutStackTraces<T>(run: () => Promise<T>): Promise<T> {
  const before = { ...Error };
  Object.assign(Error, { stackTraceLimit: 0, prepareStackTrace: undefined });
  try {
    return await run();
  } finally {
    Object.assign(Error, before);
  }
}

/** Adds a host to a cluster's config. */
export function withHost(
  name: string,
  host: Readonly<Record<string, unknown>>,
): (input: Record<string, unknown>) => Record<string, unknown> {
  return (input) => ({ ...input, hosts: { ...(input.hosts as object), [name]: host } });
}
