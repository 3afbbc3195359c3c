/** The provider's own configuration, as the engine hands it over. */
import type { ProviderSettings } from "./api";
import { hasUnknown, withoutSecrets, type JsonObject } from "./json";

/** The settings, or undefined while some of them are still unknown (previews of a new key). */
export function providerSettings(config: JsonObject): ProviderSettings | undefined {
  const values = withoutSecrets(config) as JsonObject;
  if (hasUnknown(values)) return undefined;
  const text = (name: keyof ProviderSettings): Record<string, string> => {
    const value = values[name];
    return typeof value === "string" && value !== "" ? { [name]: value } : {};
  };
  const names = (name: keyof ProviderSettings): string[] => {
    const value = values[name];
    return Array.isArray(value) ? value.map(String) : [];
  };
  return {
    ...text("privateKeyFile"),
    ...text("privateKey"),
    ...text("passphrase"),
    ...text("agentSocket"),
    ...text("sudoPassword"),
    ...text("knownHostsFile"),
    connectTimeoutSeconds: Number(values.connectTimeoutSeconds),
    maintenance: names("maintenance"),
    lost: names("lost"),
  };
}

/** What is wrong with the configuration, by property name. */
export function settingsFailures(config: JsonObject): Record<string, string> {
  const values = withoutSecrets(config) as JsonObject;
  const failures: Record<string, string> = {};
  const { connectTimeoutSeconds: timeout = null } = values;
  if (!hasUnknown(timeout) && !(Number(timeout) >= 1))
    failures.connectTimeoutSeconds = `is ${timeout === null ? "missing" : JSON.stringify(timeout)}, expected a number of seconds of at least 1`;
  if (!values.privateKey && !values.privateKeyFile && !values.agentSocket)
    failures.privateKeyFile = "no way to log in: set privateKeyFile, privateKey or agentSocket";
  return failures;
}
