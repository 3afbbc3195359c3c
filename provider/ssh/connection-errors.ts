/** Why a host could not be reached, and what to do about it. */
import type { Bastion, ProviderSettings } from "../api";
import { fingerprint, keyType, type HostKey } from "./host-keys";

/** What answered a connection attempt that failed: a machine with another key is another one. */
export type Answer = "nobody" | "another" | "host" | "unknown";

/** A host that could not be reached, or whose key or login was refused; the text says what to do. */
export class ConnectionError extends Error {
  /** `message` is both parts. */
  constructor(
    readonly problem: string,
    readonly remedy: string,
    readonly answered: Answer = "unknown",
  ) {
    super(`${problem}; ${remedy}`);
  }
}

/** A connection ended while the host was at work: what it was asked to do may be done or not. */
export class ConnectionCut extends Error {}

export interface Endpoint extends Bastion {
  /** How messages call it. */
  readonly label: string;
}

export interface TrustedKeys {
  readonly trusted: readonly HostKey[];
  readonly revoked: readonly HostKey[];
  readonly source: string;
}

function inspection(endpoint: Endpoint): string {
  return (
    `compare it on the host's console with "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub", ` +
    `or see what is offered with "ssh-keyscan -p ${endpoint.port} ${endpoint.address} | ssh-keygen -lf -"`
  );
}

export function unknownHost(endpoint: Endpoint, source: string): ConnectionError {
  return new ConnectionError(
    `${endpoint.label}: its host key is not known (${source}), so it is not trusted`,
    `${inspection(endpoint)}, then set hostKey or add it to the known hosts`,
  );
}

export function keyRefusal(
  endpoint: Endpoint,
  blob: Buffer,
  keys: TrustedKeys,
): ConnectionError | undefined {
  const same = (key: HostKey): boolean => key.blob.equals(blob);
  const revoked = keys.revoked.some(same);
  if (!revoked && keys.trusted.some(same)) return undefined;
  const got = `${fingerprint(blob)} (${keyType(blob)})`;
  const expected = keys.trusted.map((key) => `${fingerprint(key.blob)} (${key.type})`).join(" or ");
  const reason = revoked ? "is revoked" : `is not the expected ${expected}`;
  return new ConnectionError(
    `${endpoint.label}: refused, the host key ${got} ${reason} from ${keys.source}`,
    `${inspection(endpoint)}, and expect that key if the host was reinstalled`,
    "another",
  );
}

export function connectError(
  endpoint: Endpoint,
  error: Error,
  settings: ProviderSettings,
  answered: Answer,
): ConnectionError {
  const { message } = error;
  if (message.includes("authentication methods failed")) {
    const tried = [
      settings.privateKeyFile && `key file ${settings.privateKeyFile}`,
      settings.privateKey && "the given private key",
      settings.agentSocket && `agent ${settings.agentSocket}`,
    ].filter(Boolean);
    return new ConnectionError(
      `${endpoint.label}: login as ${endpoint.user} was refused with ${tried.join(", ") || "no key"}`,
      `put the public key into ~${endpoint.user}/.ssh/authorized_keys or choose another key`,
      answered,
    );
  }
  return new ConnectionError(
    `${endpoint.label}: not reachable over SSH: ${message}`,
    `check that the host is up, its address, port and firewall; ` +
      `where it has moved, run once with --refresh=false; where it is gone for good, take it out of the config and name it under lost`,
    answered,
  );
}
