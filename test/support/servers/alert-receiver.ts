import { createServer, type Server } from "node:http";

/** One alert as Alertmanager's webhook tells it. */
export interface ReceivedAlert {
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
}

interface Notification {
  readonly alerts: readonly ReceivedAlert[];
}

/** Somebody whom Alertmanager tells: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
export class AlertReceiver {
  private readonly received: ReceivedAlert[] = [];
  private readonly server: Server;

  /** `path` is the only one that it takes alerts at, its query included. */
  constructor(private readonly path: string) {
    this.server = createServer((request, response) => {
      let text = "";
      request.setEncoding("utf8").on("data", (part: string) => (text += part));
      request.on("end", () => {
        const known = request.method === "POST" && request.url === this.path;
        // Alertmanager's own format
        if (known) this.received.push(...(JSON.parse(text) as Notification).alerts);
        response.writeHead(known ? 200 : 403).end();
      });
    });
  }

  /** Listens on all addresses of the machine, the lab's bridge among them. */
  async start(port: number): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(port, "0.0.0.0", resolve));
  }

  /** What it was told with this status and these labels. */
  told(status: ReceivedAlert["status"], labels: Readonly<Record<string, string>>) {
    return this.received.find(
      (alert) =>
        alert.status === status &&
        Object.entries(labels).every(([name, value]) => alert.labels[name] === value),
    );
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }
}
