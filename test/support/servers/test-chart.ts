import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Name of the chart that the tests install. */
export const chartName = "greeter";

/** An image that no registry has: what wants it never gets ready. */
const absentImage = "docker.io/plinth-lab/absent:1";

/**
 * Writes a chart of a web server, a ConfigMap with `greeting` and a Secret with `auth.token` below
 * `folder`, and returns its path. One with `broken` never gets ready.
 */
export function writeChart(folder: string, version: string, broken = false): string {
  const path = join(folder, chartName);
  for (const [name, text] of Object.entries(chartFiles(version, broken))) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}

/** Packs a chart as `helm package` does. */
export function packedChart(path: string, target: string): Buffer {
  execFileSync("tar", ["-C", dirname(path), "-czf", target, chartName]);
  return readFileSync(target);
}

function chartFiles(version: string, broken: boolean): Readonly<Record<string, string>> {
  const image = broken ? absentImage : "docker.io/plinth-lab/smoke:1";
  return {
    "Chart.yaml": `apiVersion: v2\nname: ${chartName}\nversion: ${version}\nappVersion: "1"\n`,
    "values.yaml": 'greeting: hello\nreplicas: 1\nauth: { token: "" }\n',
    "templates/settings.yaml": `apiVersion: v1
kind: ConfigMap
metadata: { name: "{{ .Release.Name }}" }
data: { greeting: "{{ .Values.greeting }}", chart: "{{ .Chart.Version }}" }
`,
    "templates/token.yaml": `apiVersion: v1
kind: Secret
metadata: { name: "{{ .Release.Name }}-token" }
stringData: { token: "{{ .Values.auth.token }}" }
`,
    "templates/server.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: { name: "{{ .Release.Name }}" }
spec:
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { app: "{{ .Release.Name }}" } }
  template:
    metadata: { labels: { app: "{{ .Release.Name }}" } }
    spec:
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: 1
      securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: RuntimeDefault } }
      containers:
        - name: server
          image: ${image}
          args: [serve]
          readinessProbe: { httpGet: { path: /, port: 8080 }, periodSeconds: 1 }
          resources: { requests: { cpu: 5m, memory: 8Mi }, limits: { memory: 32Mi } }
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL] }
`,
  };
}
