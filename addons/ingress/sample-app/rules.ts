import { type ConfigProblem, wrongValue } from "../../../components/config/problems/config-problem";
import type { ClusterInput } from "../../../components/config/schema/cluster-schema";
import { nearMiss } from "../../../text/near-miss";

/** A sample application that nobody could reach. */
export function sampleAppProblems({ addons }: ClusterInput): readonly ConfigProblem[] {
  const { traefik, sampleApp } = addons;
  if (!sampleApp.enabled) return [];
  const path = ["addons", "sampleApp"];
  if (!traefik.enabled) {
    const expected = "false, or addons.traefik.enabled true, because it is reached through Traefik";
    return [wrongValue([...path, "enabled"], true, expected)];
  }
  if (sampleApp.host !== undefined) return [];
  return [wrongValue([...path, "host"], undefined, "the DNS name under which it is reached")];
}

/** A certificate from an issuer that nobody is. */
export function sampleIssuerProblems({ addons }: ClusterInput): readonly ConfigProblem[] {
  const { certManager, sampleApp } = addons;
  const { enabled, issuer } = sampleApp;
  const names = Object.keys(certManager.issuers);
  if (!enabled || issuer === undefined || names.includes(issuer)) return [];
  const near = nearMiss(issuer, names);
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  const known = names.length === 0 ? "there is none" : names.join(", ");
  const expected = `the name of an issuer in addons.certManager.issuers: ${known}${hint}`;
  return [wrongValue(["addons", "sampleApp", "issuer"], issuer, expected)];
}
