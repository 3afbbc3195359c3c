import { type ConfigProblem, wrongValue } from "../../../components/config/problems/config-problem";
import type { ClusterInput } from "../../../components/config/schema/cluster-schema";

type Issuer = ClusterInput["addons"]["certManager"]["issuers"][string];

/** Issuers that are none or two, and challenges that nothing would answer. */
export function issuerProblems({ addons }: ClusterInput): readonly ConfigProblem[] {
  const issuers = Object.entries(addons.certManager.issuers);
  return [
    ...issuers.flatMap(([name, issuer]) => kindProblems(name, issuer)),
    ...issuers.flatMap(([name, issuer]) => solverProblems(name, issuer, addons.traefik.enabled)),
  ];
}

function kindProblems(name: string, issuer: Issuer): readonly ConfigProblem[] {
  if ((issuer.acme === undefined) !== (issuer.ca === undefined)) return [];
  const path = ["addons", "certManager", "issuers", name];
  return [wrongValue(path, Object.keys(issuer), "one of acme, ca")];
}

function solverProblems(
  name: string,
  { acme }: Issuer,
  traefik: boolean,
): readonly ConfigProblem[] {
  if (acme === undefined || acme.ingressClass !== undefined || traefik) return [];
  const path = ["addons", "certManager", "issuers", name, "acme", "ingressClass"];
  const expected =
    "the class of an ingress controller of your own, or addons.traefik.enabled true, because ACME " +
    "servers validate names through an Ingress";
  return [wrongValue(path, undefined, expected)];
}
