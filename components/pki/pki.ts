import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { ClusterConfig } from "../config/model/cluster-config";
import { certificateAuthority, privateKey, type KeyPair } from "./certificate-authority";
import type { FormerAddresses } from "./former-addresses";
import { clusterIdentities, hostIdentities, type Signer } from "./identities";
import { issuedLeaf } from "./leaf";

export interface PkiArgs {
  readonly config: ClusterConfig;
  readonly formerAddresses: FormerAddresses;
}

/** Every key and certificate of the cluster exists: three authorities, a leaf per identity, the service-account and encryption keys. */
export class Pki extends pulumi.ComponentResource {
  declare readonly authorities: Readonly<Record<Signer, KeyPair>>;
  /** Signs certificates of what runs in the cluster; nothing of the cluster's own trusts it. */
  declare readonly workloads: KeyPair | undefined;
  /** Signs (private) and verifies (public) service-account tokens, PEM. */
  declare readonly serviceAccount: {
    readonly privateKeyPem: pulumi.Output<string>;
    readonly publicKeyPem: pulumi.Output<string>;
  };
  /** 32 characters, the key of secrets at rest (secret). */
  declare readonly encryptionKey: pulumi.Output<string>;
  declare private readonly leaves: ReadonlyMap<string, KeyPair>;

  constructor(name: string, args: PkiArgs, opts: pulumi.ComponentResourceOptions) {
    super("plinth:pki:Pki", name, {}, opts);
    const { config, formerAddresses } = args;
    const authority = (signer: string, commonName: string) =>
      certificateAuthority(`${name}-${signer}-ca`, commonName, config.pki.caValidityHours, this);
    this.authorities = {
      cluster: authority("cluster", "kubernetes-ca"),
      etcd: authority("etcd", "etcd-ca"),
      "front-proxy": authority("front-proxy", "kubernetes-front-proxy-ca"),
    };

    this.workloads = config.needs.workloadsAuthority
      ? authority("workloads", `${config.name}-workloads-ca`)
      : undefined;

    const serviceAccountKey = privateKey(`${name}-service-account-key`, { parent: this });
    this.serviceAccount = {
      privateKeyPem: serviceAccountKey.privateKeyPemPkcs8,
      publicKeyPem: serviceAccountKey.publicKeyPem,
    };
    this.encryptionKey = new random.RandomPassword(
      `${name}-encryption-key`,
      { length: 32, special: false },
      { parent: this },
    ).result;

    const identities = [
      ...clusterIdentities(config),
      ...config.hosts.flatMap((host) =>
        hostIdentities(config, host, formerAddresses.get(host.name) ?? []),
      ),
    ];
    this.leaves = new Map(
      identities.map((identity) => [
        identity.name,
        issuedLeaf(name, identity, this.authorities[identity.signer], config.pki, { parent: this }),
      ]),
    );
    this.registerOutputs();
  }

  /** When all certificates expire, in RFC 3339, by the name of the identity or authority. */
  get validUntil(): Readonly<Record<string, pulumi.Output<string>>> {
    const { workloads } = this;
    const made = { ...this.authorities, ...(workloads === undefined ? {} : { workloads }) };
    const authorities = Object.entries(made).map(
      ([signer, { validUntil }]) => [`${signer}-ca`, validUntil] as const,
    );
    const leaves = [...this.leaves].map(([name, { validUntil }]) => [name, validUntil] as const);
    return Object.fromEntries([...authorities, ...leaves]);
  }

  /** The leaf of an identity; throws when `identities.ts` has no such name. */
  leaf(identity: string): KeyPair {
    const leaf = this.leaves.get(identity);
    if (leaf === undefined) {
      throw new Error(
        `no certificate for identity "${identity}"; expected one of ${[...this.leaves.keys()].join(", ")}`,
      );
    }
    return leaf;
  }
}
