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
    /** Issuer of its certificate; without one it is served by HTTP alone. */
    readonly issuer?: string;
  };
  readonly certManager: CertManagerConfig;
  readonly metallb: MetalLbConfig;
  readonly monitoring: MonitoringConfig;
  /** By name; none, no provisioner. */
  readonly storageClasses: Readonly<Record<string, StorageClassConfig>>;
}

/** Prometheus and what belongs to it; sizes as `8Gi`. */
export interface MonitoringConfig {
  readonly enabled: boolean;
  readonly scrapeIntervalSeconds: number;
  readonly retention: { readonly days: number; readonly size: string };
  /** Without a class, a directory that ends with the pod. */
  readonly storage: { readonly className?: string; readonly size: string };
  readonly memoryLimit: string;
  readonly grafana: {
    readonly enabled: boolean;
    /** Paths of files and folders, relative to the project. */
    readonly dashboards: readonly string[];
  };
  readonly nodeSelector: Readonly<Record<string, string>>;
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

/** Who issues certificates, by name; nobody, no cert-manager. */
export interface CertManagerConfig {
  readonly issuers: Readonly<Record<string, IssuerConfig>>;
}

/** One of both. */
export interface IssuerConfig {
  readonly acme?: AcmeConfig;
  /** The cluster's own authority of workloads. */
  readonly ca?: "cluster";
}

/** An account at an ACME server that proves names by HTTP-01. */
export interface AcmeConfig {
  /** Its directory. */
  readonly server: string;
  readonly email: string;
  /** Absolute path on the operator's machine of the authority of a private server. */
  readonly caFile?: string;
  /** Class of the Ingresses that answer challenges. */
  readonly ingressClass: string;
}

/** Address pools of services of type LoadBalancer; none, no MetalLB. */
export interface MetalLbConfig {
  readonly pools: Readonly<
    Record<
      string,
      {
        /** Ranges `first-last` and CIDRs. */
        readonly addresses: readonly string[];
        readonly autoAssign: boolean;
        readonly announce: "layer2" | "bgp";
      }
    >
  >;
  /** Set where a pool is announced by it. */
  readonly bgp?: {
    readonly asn: number;
    readonly peers: Readonly<
      Record<string, { readonly address: string; readonly asn: number; readonly port: number }>
    >;
  };
}
