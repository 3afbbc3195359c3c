import { eventually, finished, started } from "../lab/lab";

/** What a visitor got. */
export interface Visits {
  readonly requests: number;
  /** Lines of curl's: exit code, HTTP status, seconds, message. */
  readonly failures: readonly string[];
}

/** Somebody outside the cluster whose DNS leads a host name to some addresses. */
export class Visitor {
  private readonly resolved: readonly string[];
  /** Address of its first page. */
  private readonly start: string;

  /**
   * `at` is `name` or `name:port`; the addresses are tried in turn, as browsers do. With the PEM file of
   * an authority, which alone is trusted, it is asked over HTTPS.
   */
  constructor(
    private readonly at: string,
    addresses: readonly string[],
    authorityFile?: string,
  ) {
    const [scheme, usualPort] = authorityFile === undefined ? ["http", "80"] : ["https", "443"];
    const [name = "", port = usualPort] = at.split(":");
    this.start = `${scheme}://${at}/`;
    this.resolved = [
      ...["--resolve", `${name}:${port}:${addresses.join(",")}`],
      ...(authorityFile === undefined ? [] : ["--cacert", authorityFile]),
    ];
  }

  /** The page; throws for any other status than 200. */
  async page(): Promise<string> {
    const options = ["-sSf", "--max-time", "5", ...this.resolved];
    const { status, stdout, stderr } = await finished("curl", [...options, this.start]);
    if (status !== 0) throw new Error(stderr);
    return stdout;
  }

  /** The page, as soon as there is one. */
  pageWithin(seconds: number): Promise<string> {
    return eventually(`${this.at} answers`, seconds, () => this.page());
  }

  /** What twenty requests a second over new connections get while some work goes on. */
  async during(work: () => Promise<unknown>): Promise<Visits> {
    const line = "= %{exitcode} %{http_code} %{time_total} %{errormsg}\\n";
    const running = started("stdbuf", [
      ...["-oL", "curl", "-s", "--rate", "20/s", "-H", "Connection: close", "--max-time", "10"],
      ...["-o", "/dev/null", "-w", line, ...this.resolved],
      // a number in the query is all that tells one request from the next
      `${this.start}?n=[1-1000000]`,
    ]);
    try {
      await work();
    } finally {
      // those on their way are waited for by nobody
      process.kill(running.pid);
      await running.finished;
    }
    return visits((await running.finished).stdout);
  }
}

function visits(output: string): Visits {
  const lines = [...output.matchAll(/^= .*$(?=\n)/gm)].map(([line]) => line);
  return { requests: lines.length, failures: lines.filter((line) => !line.startsWith("= 0 200 ")) };
}
