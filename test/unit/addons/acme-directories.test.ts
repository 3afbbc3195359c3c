import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  acmeAuthorityFiles,
  acmeDirectories,
} from "../../../addons/certificates/cert-manager/operator/acme-directories";
import { parsed, set } from "../../support/fakes/config-input";

const folder = mkdtempSync(join(tmpdir(), "acme-"));
const caFile = join(folder, "ca.pem");
const file = "Pulumi.prod.yaml";
const directory = { newNonce: "", newAccount: "", newOrder: "", revokeCert: "" };

/** Status and text by path. */
const answers: Readonly<Record<string, readonly [number, string]>> = {
  "/dir": [200, JSON.stringify(directory)],
  "/half": [200, JSON.stringify({ newNonce: "", newOrder: "" })],
  "/page": [200, "<!DOCTYPE html>"],
  "/null": [200, "null"],
  "/busy": [503, "come back later"],
  "/endless": [200, "x".repeat(100_000)],
};
let server: Server;

beforeAll(async () => {
  const made = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const names = ["-subj", "/CN=acme", "-addext", "subjectAltName=IP:127.0.0.1"];
  const key = join(folder, "key.pem");
  const args = ["req", "-x509", ...made, ...names, "-keyout", key, "-out", caFile];
  execFileSync("openssl", args, { stdio: "ignore" });
  const credentials = { key: readFileSync(key), cert: readFileSync(caFile) };
  server = createServer(credentials, ({ url = "" }, response) => {
    const [status, text] = answers[url] ?? [404, "not found"];
    response.writeHead(status).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

function addons(path: string, authority: string | undefined = caFile) {
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const acme = { email: "ops@example.org", server: `https://127.0.0.1:${port}${path}` };
  const issuer = { acme: { ...acme, ...(authority === "" ? {} : { caFile: authority }) } };
  return parsed((input) => {
    set("addons.traefik.enabled", true)(input);
    set("addons.certManager.issuers", { a: issuer, own: { ca: "cluster" } })(input);
  }).addons;
}

async function asked(path: string, authority?: string): Promise<readonly string[]> {
  const checked = addons(path, authority);
  return acmeDirectories(checked, acmeAuthorityFiles(checked, file), file);
}

test("an ACME server whose CA is given is asked, and found good", async () => {
  expect(await asked("/dir")).toEqual([]);
});

test.each([
  ["/half", "has no newAccount"],
  ["/page", "is no JSON"],
  ["/null", "has no newNonce, newAccount, newOrder"],
  ["/nothing", "answers with status 404"],
])("another answer, as that of %s, is an error with place and value", async (path, what) => {
  await expect(asked(path)).rejects.toThrow(
    new RegExp(
      `^${file}: plinth:cluster.addons.certManager.issuers.a.acme.server: got "https://127.0.0.1:\\d+${path}", ` +
        `expected the address of an ACME directory, but what is there ${what}$`,
    ),
  );
});

test.each([
  ["in trouble", "/busy", undefined, "it answers with status 503"],
  ["that talks without an end", "/endless", undefined, "its answer does not end"],
  ["of an unknown CA", "/dir", "", "self-signed certificate"],
])("a server %s is a warning", async (_, path, authority, why) => {
  const [warning = "", ...more] = await asked(path, authority);
  expect(more).toEqual([]);
  expect(warning).toMatch(/^plinth:cluster\.addons\.certManager\.issuers\.a\.acme\.server: https:/);
  expect(warning).toContain("can't be used from here, and perhaps not from the cluster either: ");
  expect(warning).toContain(why);
});

test.each([
  ["missing.pem", "ENOENT: no such file or directory"],
  ["text.pem", "PEM"],
])("a CA file that is none (%s) is an error with place and value", (name, why) => {
  const path = join(folder, name);
  if (name === "text.pem") writeFileSync(path, "hello");
  expect(() => acmeAuthorityFiles(addons("/dir", path), file)).toThrow(
    `${file}: plinth:cluster.addons.certManager.issuers.a.acme.caFile: got "${path}", expected a readable file of PEM certificates: `,
  );
  expect(() => acmeAuthorityFiles(addons("/dir", path), file)).toThrow(why);
});

test.each([
  ["ca.pem", { home: "/nowhere", workingDirectory: folder }],
  ["~/ca.pem", { home: folder, workingDirectory: "/nowhere" }],
])("the CA file %s is the operator's", (path, environment) => {
  const authorities = acmeAuthorityFiles(addons("/dir", path), file, environment);
  expect(authorities).toEqual({ a: readFileSync(caFile, "utf8") });
});
