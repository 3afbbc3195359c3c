import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ChartSecrets } from "../../components/config/chart-secrets";
import type { ChartConfig, ChartValues } from "../../components/config/model/charts-config";
import type { ClusterAddonArgs } from "../shape/addon-args";
import { AddonComponent } from "../shape/addon-component";

/** Revisions that Helm keeps of a release, each a Secret: as many as its own command keeps. */
const revisions = 10;

/** A Helm release for every chart of the stack config: https://www.pulumi.com/registry/packages/kubernetes/api-docs/helm/v3/release/ */
export function charts(
  name: string,
  { config, chartInputs: { secrets, digests } }: Pick<ClusterAddonArgs, "config" | "chartInputs">,
  opts: pulumi.ComponentResourceOptions,
): readonly AddonComponent[] {
  const named = Object.entries(config.charts);
  if (named.length === 0) return [];
  const component = new AddonComponent("Charts", name, opts, (child) => {
    // in two namespaces at once they would quarrel about what has none
    const release = { ...child, deleteBeforeReplace: true };
    for (const [chart, settings] of named) {
      const args = releaseArgs(chart, settings, secrets[chart], digests[chart]);
      new kubernetes.helm.v3.Release(`${name}-${chart}`, args, release);
    }
    return {};
  });
  return [component];
}

function releaseArgs(
  name: string,
  chart: ChartConfig,
  secrets: ChartSecrets | undefined,
  digest: string | undefined,
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
    // nothing else tells that the files of a path are others than before
    ...(digest === undefined ? {} : { description: `chart with the digest ${digest}` }),
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
