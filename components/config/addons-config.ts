/** The key `addons`, every default filled in. */
export interface AddonsConfig {
  readonly flannel: { readonly backend: "vxlan" | "host-gw" };
  readonly coredns: {
    readonly replicas: number;
    readonly upstreamNameservers: readonly string[];
  };
  readonly metricsServer: { readonly enabled: boolean };
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
