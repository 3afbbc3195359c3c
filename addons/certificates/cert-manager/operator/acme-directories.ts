import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { get } from "node:https";
import { rootCertificates } from "node:tls";
import type { Addons } from "../../../../components/config/model/addon-definition";
import {
  operatorEnvironment,
  operatorPath,
} from "../../../../components/config/model/operator-environment";
import {
  type ConfigProblem,
  configError,
  place,
  wrongValue,
} from "../../../../components/config/problems/config-problem";
import { errorText } from "../../../../components/text/error-text";

const deadlineMs = 5_000;

/** What a directory names at least: https://www.rfc-editor.org/rfc/rfc8555#section-7.1.1 */
const needed = ["newNonce", "newAccount", "newOrder"];

/** Statuses that are neither temporary nor a matter of access. */
const absentStatuses = [404, 405, 410];

/** More than any directory has. */
const maxBytes = 64 * 1024;

type AcmeConfig = NonNullable<Addons["certManager"]["issuers"][string]["acme"]>;

/**
 * The CAs of private ACME servers as PEM, by name of the issuer. Throws one error that names every
 * file that can't be read or holds no certificate.
 */
export function acmeAuthorityFiles(
  addons: Addons,
  file: string,
  environment = operatorEnvironment(),
): Readonly<Record<string, string>> {
  const problems: ConfigProblem[] = [];
  const authorities = acmeIssuers(addons).flatMap(([name, acme]) => {
    if (acme.caFile === undefined) return [];
    const caFile = operatorPath(acme.caFile, environment);
    try {
      const pem = readFileSync(caFile, "utf8");
      new X509Certificate(pem);
      return [[name, pem] as const];
    } catch (error) {
      const expected = `a readable file of PEM certificates: ${errorText(error)}`;
      problems.push(wrongValue([...acmePath(name), "caFile"], caFile, expected));
      return [];
    }
  });
  if (problems.length > 0) throw configError(file, problems);
  return Object.fromEntries(authorities);
}

/**
 * Fetches the directory of every ACME server. Rejects with one error that names each address where
 * something else answers; a server that can't be reached from here is a warning, because the cluster
 * may reach it.
 */
export async function acmeDirectories(
  addons: Addons,
  authorities: Readonly<Record<string, string>>,
  file: string,
): Promise<readonly string[]> {
  const problems: ConfigProblem[] = [];
  const asked = acmeIssuers(addons).map(async ([name, { server }]): Promise<readonly string[]> => {
    const path = [...acmePath(name), "server"];
    try {
      const found = await directoryProblem(server, authorities[name]);
      if (found === undefined) return [];
      const expected = `the address of an ACME directory, but what is there ${found}`;
      problems.push(wrongValue(path, server, expected));
      return [];
    } catch (error) {
      return [
        `${place(path)}: ${server} can't be used from here, and perhaps not from the cluster either: ` +
          errorText(error),
      ];
    }
  });
  const warnings = (await Promise.all(asked)).flat();
  if (problems.length > 0) throw configError(file, problems);
  return warnings;
}

function acmeIssuers({ certManager }: Addons): readonly (readonly [string, AcmeConfig])[] {
  return Object.entries(certManager.issuers).flatMap(([name, { acme }]) =>
    acme === undefined ? [] : [[name, acme] as const],
  );
}

function acmePath(name: string): readonly string[] {
  return ["addons", "certManager", "issuers", name, "acme"];
}

/** What is wrong with the answer of a server, if anything. Rejects where there is none to judge. */
function directoryProblem(
  server: string,
  authority: string | undefined,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const ca = authority === undefined ? {} : { ca: [...rootCertificates, authority] };
    const signal = AbortSignal.timeout(deadlineMs);
    const asked = get(server, { ...ca, signal, agent: false }, (response) => {
      const { statusCode = 0 } = response;
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
        if (text.length > maxBytes) response.destroy(new Error("its answer does not end"));
      });
      response.on("error", reject);
      response.on("end", () => {
        if (statusCode === 200) resolve(missingKeys(text));
        else if (absentStatuses.includes(statusCode)) resolve(`answers with status ${statusCode}`);
        else reject(new Error(`it answers with status ${statusCode}`));
      });
    });
    asked.on("error", (error) =>
      reject(signal.aborted ? new Error(`no answer within ${deadlineMs / 1000} s`) : error),
    );
  });
}

function missingKeys(text: string): string | undefined {
  let directory: unknown;
  try {
    directory = JSON.parse(text);
  } catch {
    return "is no JSON";
  }
  const keys = typeof directory === "object" && directory !== null ? Object.keys(directory) : [];
  const lacking = needed.filter((key) => !keys.includes(key));
  return lacking.length === 0 ? undefined : `has no ${lacking.join(", ")}`;
}
