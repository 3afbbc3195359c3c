/** One authenticated SSH connection to a host, its host key checked strictly. */
import { readFileSync } from "node:fs";
import { Client, utils, type ConnectConfig } from "ssh2";
import { expandedHome } from "../../process/user-folders";
import type { HostConnection, ProviderSettings } from "../api";
import {
  connectError,
  ConnectionError,
  keyRefusal,
  unknownHost,
  type Answer,
  type Endpoint,
  type TrustedKeys,
} from "./connection-errors";
import { knownHostKeys, parsedHostKey, signatureAlgorithms } from "./host-keys";

/** Seconds in which a host that is up answers at all, though two packets were lost. */
const answerSeconds = 5;

/** Opens the connection to a host, through its bastion where it has one. */
export async function openConnection(
  host: HostConnection,
  settings: ProviderSettings,
): Promise<Client> {
  const endpoint = { ...host, label: `${host.name} (${host.address}:${host.port})` };
  if (!host.bastion) return authenticatedClient(endpoint, settings, {});
  const { bastion } = host;
  const label = `bastion of ${host.name} (${bastion.address}:${bastion.port})`;
  const jump = await authenticatedClient({ ...bastion, label }, settings, {}).catch(
    (error: unknown) => {
      // what answered was the bastion
      if (!(error instanceof ConnectionError)) throw error;
      throw new ConnectionError(error.problem, error.remedy);
    },
  );
  try {
    const client = await authenticatedClient(endpoint, settings, {
      sock: await bastionStream(jump, host),
    });
    client.on("close", () => jump.end());
    return client;
  } catch (error) {
    jump.end();
    throw error;
  }
}

function bastionStream(
  jump: Client,
  host: HostConnection,
): Promise<NonNullable<ConnectConfig["sock"]>> {
  return new Promise((resolve, reject) => {
    jump.forwardOut("127.0.0.1", 0, host.address, host.port, (error, channel) => {
      if (!error) {
        resolve(channel);
        return;
      }
      const at = `${host.name} (${host.address}:${host.port})`;
      const problem = `${at}: its bastion can't reach it: ${error.message}`;
      const remedy = "check its address and port, as the bastion sees them";
      reject(new ConnectionError(problem, remedy, "nobody"));
    });
  });
}

async function authenticatedClient(
  endpoint: Endpoint,
  settings: ProviderSettings,
  extra: Pick<ConnectConfig, "sock">,
): Promise<Client> {
  const keys = trustedKeys(endpoint, settings);
  if (keys.trusted.length === 0) throw unknownHost(endpoint, keys.source);
  const seconds = settings.connectTimeoutSeconds;
  const login = credentials(endpoint, settings);
  return new Promise((resolve, reject) => {
    const client = new Client();
    let refusal: ConnectionError | undefined;
    let answered: Answer = extra.sock ? "host" : "nobody";
    const fail = (error: Error): void => {
      clearTimeout(timer);
      clearTimeout(first);
      client.destroy();
      reject(refusal ?? connectError(endpoint, error, settings, answered));
    };
    const limit = (limitSeconds: number): NodeJS.Timeout =>
      setTimeout(() => fail(new Error(`no answer within ${limitSeconds} s`)), limitSeconds * 1e3);
    const timer = limit(seconds);
    const first = limit(extra.sock ? seconds : Math.min(seconds, answerSeconds));
    client.on("connect", () => {
      answered = "host";
      clearTimeout(first);
    });
    client.on("error", fail);
    client.on("close", () => fail(new Error("the connection was closed")));
    client.on("ready", () => {
      clearTimeout(timer);
      clearTimeout(first);
      client.removeAllListeners("close");
      resolve(client);
    });
    client.connect({
      ...target(endpoint, keys),
      ...extra,
      ...login,
      readyTimeout: seconds * 1e3,
      hostVerifier: (blob: Buffer) => {
        refusal = keyRefusal(endpoint, blob, keys);
        return refusal === undefined;
      },
    });
    // small messages go at once: their answers are waited for
    client.setNoDelay(true);
  });
}

function target(endpoint: Endpoint, keys: TrustedKeys): ConnectConfig {
  return {
    host: endpoint.address,
    port: endpoint.port,
    username: endpoint.user,
    // a connection whose host is gone is noticed after 15 s
    keepaliveInterval: 5e3,
    keepaliveCountMax: 3,
    // the library's type lists only the names that it knew when it was written
    algorithms: { serverHostKey: signatureAlgorithms(keys.trusted) as never },
  };
}

function credentials(endpoint: Endpoint, settings: ProviderSettings): Partial<ConnectConfig> {
  const { privateKeyFile: file, passphrase } = settings;
  const privateKey = settings.privateKey ?? (file && textOf(file, "private key"));
  const parsed = privateKey ? utils.parseKey(privateKey, passphrase) : undefined;
  if (parsed instanceof Error) {
    const key =
      settings.privateKey === undefined ? `key file ${file ?? ""}` : "the given private key";
    throw new ConnectionError(
      `${endpoint.label}: can't use ${key}: ${parsed.message}`,
      "check it and its passphrase",
    );
  }
  return {
    ...(privateKey ? { privateKey } : {}),
    ...(settings.passphrase ? { passphrase: settings.passphrase } : {}),
    ...(settings.agentSocket ? { agent: expandedHome(settings.agentSocket) } : {}),
  };
}

function trustedKeys(endpoint: Endpoint, settings: ProviderSettings): TrustedKeys {
  if (endpoint.hostKey !== undefined) {
    const key = parsedHostKey(endpoint.hostKey);
    return { trusted: key ? [key] : [], revoked: [], source: "its hostKey" };
  }
  const source = settings.knownHostsFile;
  if (source === undefined) return { trusted: [], revoked: [], source: "no knownHostsFile is set" };
  const text = textOf(source, "known hosts");
  return { ...knownHostKeys(text, endpoint.address, endpoint.port), source };
}

function textOf(file: string, what: string): string {
  try {
    return readFileSync(expandedHome(file), "utf8");
  } catch (error) {
    const problem = `can't read the ${what}: ${(error as Error).message}`;
    throw new ConnectionError(problem, "name a file that is there");
  }
}
