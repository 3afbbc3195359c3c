import { parsed, problems, set } from "../../support/fakes/config-input";

const email = "ops@example.org";
const at = ".addons.certManager.issuers.a";
const traefik = set("addons.traefik", { enabled: true });

const issuer = (value: unknown) => (input: Record<string, unknown>) => {
  traefik(input);
  set("addons.certManager.issuers", { a: value })(input);
};

test.each([
  [
    { acme: { email, server: "http://ca.example" } },
    `${at}.acme.server: got "http://ca.example", expected an https:// address without a user in it`,
  ],
  [
    { acme: { email, server: "https://ops:secret@ca.example/dir" } },
    `${at}.acme.server: got "https://ops:secret@ca.example/dir", expected an https:// address without a user in it`,
  ],
  [
    { acme: { email, server: "acme-v02.api.letsencrypt.org" } },
    `${at}.acme.server: got "acme-v02.api.letsencrypt.org", expected an https:// address without a user in it`,
  ],
  [
    { acme: { email: "ops" } },
    `${at}.acme.email: got "ops", expected an e-mail address such as ops@example.org`,
  ],
  [{ acme: {} }, `${at}.acme.email: missing, expected an e-mail address such as ops@example.org`],
  [{}, `${at}: got [], expected one of acme, ca`],
  [{ acme: { email }, ca: "cluster" }, `${at}: got ["acme","ca"], expected one of acme, ca`],
  [{ ca: "kubernetes" }, `${at}.ca: got "kubernetes", expected one of cluster`],
])("the issuer %j is told with its place, value and what was expected", (value, line) => {
  expect(problems(issuer(value))).toEqual([line]);
});

test("an ACME issuer needs somebody to answer its challenges", () => {
  const acme = set("addons.certManager.issuers", { a: { acme: { email } } });
  expect(problems(acme)).toEqual([
    `${at}.acme.ingressClass: missing, expected the class of an ingress controller of your own, or ` +
      "addons.traefik.enabled true, because ACME servers validate names through an Ingress",
  ]);
  const own = set("addons.certManager.issuers", { a: { acme: { email, ingressClass: "nginx" } } });
  expect(problems(own)).toEqual([]);
});

test("the sample application's issuer is one of them", () => {
  const sample = (issuerName: string) => (input: Record<string, unknown>) => {
    issuer({ ca: "cluster" })(input);
    set("addons.sampleApp", { enabled: true, host: "a.example", issuer: issuerName })(input);
  };
  expect(problems(sample("a"))).toEqual([]);
  expect(problems(sample("aa"))).toEqual([
    '.addons.sampleApp.issuer: got "aa", expected the name of an issuer in addons.certManager.issuers: a; did you mean a?',
  ]);
});

test("an ACME issuer is Let's Encrypt's", () => {
  const { certManager } = parsed(issuer({ acme: { email } })).addons;
  expect(certManager.issuers.a?.acme).toEqual({
    server: "https://acme-v02.api.letsencrypt.org/directory",
    email,
  });
});
