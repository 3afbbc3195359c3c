import type * as kubernetes from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import type { ClusterConfig } from "../../../components/config/model/cluster-config";
import { toYaml } from "../../../components/text/yaml";
import { type AddonObject, namesOf } from "../../kit/addon-object";
import { configMap, deployment, secret, service } from "../../kit/kinds";
import { restrictedContainer } from "../../kit/restricted-pod";
import { settingsAnnotation } from "../../kit/settings-annotation";
import { monitoringPod } from "../shared/monitoring-pod";
import { namespace, ports, selector } from "../shared/ports-and-names";
import { dashboardJson, dataSource } from "./dashboards/dashboard";
import { dashboards } from "./dashboards";
import { userDashboards, userDirectory, userVolume } from "./user-dashboards";

const name = "grafana";
const labels = selector(name);
const metadata = { name, namespace, labels };
const port = 3000;
const provisioning = "/etc/grafana/provisioning";
const dashboardDirectory = "/etc/grafana/dashboards";
const adminDirectory = "/etc/grafana/admin";

export interface GrafanaArgs {
  readonly config: ClusterConfig;
  readonly image: string;
  /** The user's own dashboards, by name. */
  readonly dashboards: Readonly<Record<string, string>>;
  /** Of the user `admin`. */
  readonly password: Input<string>;
}

/** Prometheus' metrics as graphs, for the user `admin`: https://grafana.com/docs/grafana/latest/administration/provisioning/ */
export function grafanaObjects(args: GrafanaArgs): readonly AddonObject[] {
  const providers = dashboardProviders(Object.keys(args.dashboards).length > 0);
  const needed: readonly AddonObject[] = [
    adminSecret(args.password),
    filesOf("datasources", dataSourceFiles),
    filesOf("providers", providers),
    filesOf("dashboards", ourDashboards(args.config)),
    ...userDashboards(args.dashboards),
  ];
  const files = { ...dataSourceFiles, ...providers };
  return [
    ...needed,
    {
      name,
      object: deployment(metadata, { spec: grafanaDeployment(args, files) }),
      after: namesOf(needed),
    },
    {
      name: `${name}-service`,
      object: service(metadata, {
        spec: { selector: labels, ports: [{ name: "http", port, targetPort: "http" }] },
      }),
      after: [name],
    },
  ];
}

function adminSecret(password: Input<string>): AddonObject {
  const object = secret({ name: `${name}-admin`, namespace }, { stringData: { password } });
  return { name: `${name}-admin`, object, after: ["namespace"] };
}

function filesOf(part: string, data: Readonly<Record<string, string>>): AddonObject {
  const object = configMap({ name: `${name}-${part}`, namespace }, { data });
  return { name: `${name}-${part}`, object, after: ["namespace"] };
}

const dataSourceFiles = {
  "prometheus.yaml": toYaml({
    apiVersion: 1,
    datasources: [
      {
        name: "Prometheus",
        ...dataSource,
        access: "proxy",
        url: `http://prometheus.${namespace}.svc:${ports.prometheus}`,
        isDefault: true,
        editable: false,
      },
    ],
  }),
};

/** Where Grafana finds dashboards, and in which of its own folders it shows them. */
function dashboardProviders(withUsers: boolean): Readonly<Record<string, string>> {
  const provider = (providerName: string, folder: string, path: string) => ({
    name: providerName,
    folder,
    type: "file",
    // what is changed by hand would be lost with the pod
    allowUiUpdates: false,
    disableDeletion: true,
    options: { path },
  });
  const ours = provider("plinth", "Plinth", dashboardDirectory);
  // beside our folder, not in one
  const users = provider("user", "", userDirectory);
  const providers = withUsers ? [ours, users] : [ours];
  return { "plinth.yaml": toYaml({ apiVersion: 1, providers }) };
}

/** Every dashboard of ours as a file; Grafana reads them again when they change. */
function ourDashboards({ addons }: ClusterConfig): Readonly<Record<string, string>> {
  return Object.fromEntries(
    dashboards(addons).map((dashboard) => [`${dashboard.uid}.json`, dashboardJson(dashboard)]),
  );
}

function grafanaDeployment(
  { config, image, dashboards: users }: GrafanaArgs,
  files: Readonly<Record<string, string>>,
): kubernetes.types.input.apps.v1.DeploymentSpec {
  const configMap = (part: string) => ({ name: part, configMap: { name: `${name}-${part}` } });
  const names = Object.keys(users);
  return {
    replicas: 1,
    strategy: { type: "Recreate" },
    selector: { matchLabels: labels },
    template: {
      // these are read at start only
      metadata: { labels, annotations: settingsAnnotation(JSON.stringify(files)) },
      spec: {
        ...monitoringPod(config.addons.monitoring),
        automountServiceAccountToken: false,
        containers: [grafanaContainer(image, names)],
        volumes: [
          { name: "data", emptyDir: { sizeLimit: "256Mi" } },
          { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
          configMap("datasources"),
          configMap("providers"),
          configMap("dashboards"),
          ...(names.length > 0 ? [userVolume(names)] : []),
          { name: "admin", secret: { secretName: `${name}-admin`, defaultMode: 0o440 } },
        ],
      },
    },
  };
}

function grafanaContainer(
  image: string,
  userNames: readonly string[],
): kubernetes.types.input.core.v1.Container {
  const settings = {
    GF_SECURITY_ADMIN_PASSWORD__FILE: `${adminDirectory}/password`,
    GF_USERS_ALLOW_SIGN_UP: "false",
    // it reports nothing to anybody outside
    GF_ANALYTICS_REPORTING_ENABLED: "false",
    GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
    GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
    GF_NEWS_NEWS_FEED_ENABLED: "false",
  };
  const users = { name: "user-dashboards", mountPath: userDirectory, readOnly: true };
  return {
    name,
    image,
    env: Object.entries(settings).map(([key, value]) => ({ name: key, value })),
    ports: [{ name: "http", containerPort: port, protocol: "TCP" }],
    readinessProbe: { httpGet: { path: "/api/health", port: "http" }, periodSeconds: 5 },
    resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "512Mi" } },
    securityContext: restrictedContainer,
    volumeMounts: [
      { name: "data", mountPath: "/var/lib/grafana" },
      { name: "tmp", mountPath: "/tmp" },
      { name: "datasources", mountPath: `${provisioning}/datasources`, readOnly: true },
      { name: "providers", mountPath: `${provisioning}/dashboards`, readOnly: true },
      { name: "dashboards", mountPath: dashboardDirectory, readOnly: true },
      ...(userNames.length > 0 ? [users] : []),
      { name: "admin", mountPath: adminDirectory, readOnly: true },
    ],
  };
}
