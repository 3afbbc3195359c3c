import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ChartSecrets } from "../../components/config/chart-secrets";
import type { ChartConfig, ChartValues } from "../../components/config/model/charts-config";
import type { ClusterConfig } from "../../components/config/model/cluster-config";
import { Addon } from "../kit/addon";

export interface ChartsArgs {
  readonly config: ClusterConfig;
  /** By name of the release. */
  readonly secrets: Readonly<Record<string, ChartSecrets>>;
  /** Digests of charts that lie on the operator's machine, by name of the release. */
  readonly digests: Readonly<Record<string, string>>;
}

/** Revisions that Helm keeps of a release, each a Secret: what its own command keeps. */
const revisions = 10;

/** What Helm installs from the stack config; nothing where it names no chart. */
export function charts(
  resourceName: string,
  args: ChartsArgs,
  opts: pulumi.ComponentResourceOptions,
): void {
  if (Object.keys(args.config.charts).length > 0) new Charts(resourceName, args, opts);
}

/** A Helm release for every chart: https://www.pulumi.com/registry/packages/kubernetes/api-docs/helm/v3/release/ */
class Charts extends Addon {
  constructor(
    resourceName: string,
    { config, secrets, digests }: ChartsArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("Charts", resourceName, opts);
    for (const [name, chart] of Object.entries(config.charts)) {
      const digest = digests[name];
      new kubernetes.helm.v3.Release(
        `${resourceName}-${name}`,
        {
          ...releaseArgs(name, chart, secrets[name]),
          // nothing else tells that the files of a path are others than before
          ...(digest === undefined ? {} : { description: `chart with the digest ${digest}` }),
        },
        // in two namespaces at once they would quarrel about what has none
        { ...this.child, deleteBeforeReplace: true },
      );
    }
    this.registerOutputs();
  }
}

function releaseArgs(
  name: string,
  chart: ChartConfig,
  secrets: ChartSecrets | undefined,
): kubernetes.helm.v3.ReleaseArgs {
  const { repository, version, username, caFile } = chart;
  const password = secrets?.password;
  const repositoryOpts = {
    ...(repository === undefined ? {} : { repo: repository }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password: pulumi.secret(password) }),
    ...(caFile === undefined ? {} : { caFile }),
  };
  return {
    name,
    chart: chart.chart,
    ...(version === undefined ? {} : { version }),
    ...(Object.keys(repositoryOpts).length === 0 ? {} : { repositoryOpts }),
    namespace: chart.namespace,
    createNamespace: true,
    values: withSecrets(chart.values, secrets?.values ?? {}),
    timeout: chart.timeoutSeconds,
    atomic: chart.atomic,
    maxHistory: revisions,
  };
}

/** The values with the secret ones in their places, each hidden by itself: the rest stays visible. */
function withSecrets(values: ChartValues, secrets: ChartValues): ChartValues {
  const hidden = Object.entries(secrets).map(([key, secret]) => {
    if (!isMap(secret)) return [key, pulumi.secret(secret)];
    const value = values[key];
    return [key, withSecrets(isMap(value) ? value : {}, secret)];
  });
  return { ...values, ...(Object.fromEntries(hidden) as ChartValues) };
}

function isMap(value: unknown): value is ChartValues {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
