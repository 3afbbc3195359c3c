import { shellOn, shellQuoted } from "../lab/host-probes";
import type { LabCluster } from "../lab/lab-cluster";

const namespace = "traffic";
const ca = "--cacert /var/lib/kubelet/pki/ca.crt";
// a number in the query is all that tells one request from the next
const many = "n=[1-1000000]";

/** What went through a worker's balancer. */
export interface Traffic {
  readonly requests: number;
  /** Lines of curl's: exit code, HTTP status, seconds, message; then the API server's message. */
  readonly failures: readonly string[];
  /**
   * The same, of what an API server on its way out turned away with 503 and `Retry-After`: nothing
   * was done, and Kubernetes clients ask again by themselves, elsewhere. It happens to a request
   * that comes over a kept connection just before the server closes it
   * (https://github.com/kubernetes/apiserver/blob/master/pkg/server/filters/waitgroup.go).
   */
  readonly turnedAway: readonly string[];
  /** Names of the objects whose creation was acknowledged. */
  readonly acknowledged: readonly string[];
}

/**
 * Requests to the API from a node, through the balancer on its loopback address (or, where there is none,
 * the API server's own port), as long as they are wanted.
 */
export class ApiTraffic {
  private constructor(
    private readonly cluster: LabCluster,
    private readonly worker: string,
  ) {}

  /** Reads ten times a second over new connections and over one that is kept, and five writes a second. */
  static async start(cluster: LabCluster, worker: string, port = 7445): Promise<ApiTraffic> {
    const url = `https://127.0.0.1:${port}/api/v1`;
    const token = await writerToken(cluster);
    await shellOn(worker, `umask 077; echo "Authorization: Bearer ${token}" >/run/traffic.token`);
    const node = `--rate 10/s --cert /var/lib/kubelet/pki/kubelet.crt --key /var/lib/kubelet/pki/kubelet.key`;
    const read = `${node} -o /dev/null "${url}/nodes/${worker}?${many}"`;
    const object = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"write-"}}';
    await run(worker, "new-connections", `--http1.1 -H "Connection: close" ${read}`);
    // by HTTP/2, curl ends with an error when the server says GOAWAY; other clients go elsewhere
    await run(worker, "kept-connection", `--http1.1 ${read}`);
    await run(
      worker,
      "writes",
      `--http1.1 --rate 5/s -H @/run/traffic.token -H "Content-Type: application/json" -d '${object}' ` +
        `"${url}/namespaces/${namespace}/configmaps?${many}"`,
    );
    return new ApiTraffic(cluster, worker);
  }

  /** Ends it; says what was sent and what came of it. */
  async stop(): Promise<Traffic> {
    const log = await shellOn(this.worker, "systemctl stop 'traffic-*'; cat /run/traffic-*.log");
    // what was answered, then curl's own line
    const results = [...log.matchAll(/([^]*?)^(@ .*)$/gm)].map(([, answer = "", line = ""]) => {
      const [, message = ""] = /"message": (".*")/.exec(answer) ?? [];
      return line + message;
    });
    const refused = results.filter((line) => !/^@ 0 20[01] /.test(line));
    const turnedAway = refused.filter((line) => /^@ 0 503 \S+ \S+ again-after-\d/.test(line));
    return {
      requests: results.length,
      failures: refused.filter((line) => !turnedAway.includes(line)),
      turnedAway,
      acknowledged: log
        .split("\n")
        .flatMap((line) => /"name": "(write-\w+)"/.exec(line)?.[1] ?? []),
    };
  }

  /** Names of all objects that the writer made. */
  async stored(): Promise<readonly string[]> {
    const names = await this.cluster.kubectl(
      ...["get", "configmaps", "-n", namespace, "-o", "jsonpath={.items[*].metadata.name}"],
    );
    return names.split(" ");
  }
}

async function run(worker: string, name: string, args: string): Promise<void> {
  const result = String.raw`-w "\n@ %{exitcode} %{http_code} %{time_total} ${name} again-after-%header{retry-after} %{errormsg}\n"`;
  // whole lines, for it is killed in the end
  const curl = `exec stdbuf -oL curl -s --max-time 20 ${result} ${ca} ${args} >/run/traffic-${name}.log`;
  await shellOn(worker, `systemd-run -q --unit=traffic-${name} sh -c ${shellQuoted(curl)}`);
}

async function writerToken(cluster: LabCluster): Promise<string> {
  await cluster.kubectl("create", "namespace", namespace);
  await cluster.kubectl("create", "serviceaccount", "writer", "-n", namespace);
  await cluster.kubectl(
    ...["create", "rolebinding", "writer", "-n", namespace],
    ...["--clusterrole=edit", `--serviceaccount=${namespace}:writer`],
  );
  return cluster.kubectl("create", "token", "writer", "-n", namespace, "--duration=1h");
}
