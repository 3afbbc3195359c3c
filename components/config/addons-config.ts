/** The key `addons`, every default filled in. */
export interface AddonsConfig {
  readonly flannel: { readonly backend: "vxlan" | "host-gw" };
  readonly coredns: {
    readonly replicas: number;
    readonly upstreamNameservers: readonly string[];
  };
  readonly metricsServer: { readonly enabled: boolean };
  readonly traefik: TraefikConfig;
  readonly sampleApp: {
    readonly enabled: boolean;
    /** Set where it is enabled. */
    readonly host?: string;
  };
  /** By name; none, no provisioner. */
  readonly storageClasses: Readonly<Record<string, StorageClassConfig>>;
}

/** A storage class; further types join the union. */
export interface StorageClassConfig {
  readonly type: "local-path";
  /** Absolute path on every node. */
  readonly path: string;
  readonly reclaimPolicy: "Delete" | "Retain";
  readonly default: boolean;
}

/** Traefik, and where it listens. */
export interface TraefikConfig {
  readonly enabled: boolean;
  readonly exposure: "hostPorts" | "nodePorts" | "loadBalancer";
  /** Names of nodes; none: all that take ordinary pods. */
  readonly hosts: readonly string[];
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly hostPorts: { readonly http: number; readonly https: number };
  readonly nodePorts: { readonly http: number; readonly https: number };
  /** Without host ports, which need one pod on each host. */
  readonly replicas: number;
  readonly defaultClass: boolean;
  readonly gateway: boolean;
  readonly accessLog: boolean;
  readonly logLevel: "DEBUG" | "INFO" | "WARN" | "ERROR";
}
