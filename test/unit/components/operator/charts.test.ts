import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chartSecrets } from "../../../../components/config/chart-secrets";
import { chartDigests } from "../../../../components/operator/chart-digests";
import { file, parsed, problems, set } from "../../../support/fakes/config-input";

const named = { chart: "web", repository: "https://charts.example.org", version: "1.2.3" };

describe("a chart of the config", () => {
  test("is taken from a repository, a registry or a path, with defaults", () => {
    const { charts } = parsed(
      set("charts", {
        named: { ...named, namespace: "shared" },
        registry: { chart: "oci://example.org:5000/charts/web", version: "1.2.3" },
        path: { chart: "./charts/web" },
      }),
    );
    const defaults = { values: {}, timeoutSeconds: 300, atomic: true };
    expect(charts.path).toEqual({ chart: "./charts/web", namespace: "path", ...defaults });
    expect(charts.named).toEqual({ ...named, namespace: "shared", ...defaults });
    expect(Object.keys(charts)).toEqual(["named", "registry", "path"]);
  });

  const version = "one exact version, such as 1.2.3";
  test.each<readonly [object, string]>([
    [
      { chart: "web", version: "1.2.3" },
      ".repository: missing, expected an http:// or https:// address, because web is a name",
    ],
    [
      { chart: "oci://example.org/web" },
      `.version: missing, expected ${version}, because oci://example.org/web is an OCI address`,
    ],
    [{ ...named, version: "^1.2" }, `.version: got "^1.2", expected ${version}`],
    [
      { chart: "./web", version: "1.2.3" },
      '.version: got "1.2.3", expected nothing, because ./web is a path',
    ],
    [
      { ...named, chart: "Web Site" },
      '.chart: got "Web Site", expected the name of a chart, an oci:// address, or a path that begins with ./, ../ or /',
    ],
    [
      { ...named, repository: "https://u:pw@charts.example.org" },
      ".repository: got an address with a user in it, expected the user in username",
    ],
    [
      { ...named, repository: "http://charts.example.org", username: "u" },
      '.repository: got "http://charts.example.org", expected an https:// address, because username is set',
    ],
    [{ ...named, namspace: "n" }, ".namspace: unknown key, did you mean namespace?"],
  ])("that says %j is refused", (chart, problem) => {
    expect(problems(set("charts", { web: chart }))).toEqual([`.charts.web${problem}`]);
  });

  test("has a name that Helm takes", () => {
    const [problem] = problems(set("charts", { [`a${"b".repeat(53)}`]: named }));
    expect(problem).toContain("expected a name of at most 53 lower-case letters");
  });
});

describe("secrets of charts", () => {
  const config = parsed(set("charts", { web: { ...named, username: "u" }, api: named }));
  const password = "correct horse";

  test("are found by release", () => {
    const secrets = { web: { password, values: { auth: { token: "t" } } }, api: { values: {} } };
    expect(chartSecrets(secrets, config, file)).toEqual(secrets);
    expect(chartSecrets(undefined, parsed(), file)).toEqual({});
  });

  test.each<readonly [unknown, string]>([
    [
      { web: { password }, wbe: { values: { a: password } } },
      ".wbe: no chart has this name, expected one of charts; did you mean web?",
    ],
    [
      { web: { password }, api: { password } },
      ".api.password: got a password, expected a username in charts.api beside it",
    ],
    [
      undefined,
      ".web.password: missing, expected the password of u, set with `pulumi config set --secret --path`",
    ],
    [
      { web: { password: { a: password } } },
      ".web.password: got something else, which is secret, expected text",
    ],
    [
      { web: { password, vaules: { a: password } } },
      ".web: unknown key vaules, expected password or values",
    ],
    [password, ": got something else, which is secret, expected a map of keys"],
  ])("that do not fit are refused, unshown (%#)", (secrets, problem) => {
    const check = () => chartSecrets(secrets, config, file);
    expect(check).toThrow(`${file}: plinth:chartSecrets${problem}`);
    expect(check).not.toThrow(password);
  });
});

describe("a chart on the operator's machine", () => {
  const folder = mkdtempSync(join(tmpdir(), "plinth-chart-"));
  const chart = join(folder, "web");
  const config = parsed(set("charts", { web: { chart }, named }));

  beforeAll(() => {
    mkdirSync(join(chart, "templates"), { recursive: true });
    writeFileSync(join(chart, "Chart.yaml"), "name: web\n");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("has a digest that follows every one of its files", () => {
    const before = chartDigests(config, file);
    expect(Object.keys(before)).toEqual(["web"]);
    expect(chartDigests(config, file)).toEqual(before);
    writeFileSync(join(chart, "templates/a.yaml"), "");
    const after = chartDigests(config, file);
    expect(after).not.toEqual(before);
    writeFileSync(join(chart, "templates/a.yaml"), "a: 1\n");
    expect(chartDigests(config, file)).not.toEqual(after);
  });

  test("that is not there is told before anything else", () => {
    const missing = parsed(set("charts", { web: { chart: "./nowhere" } }));
    expect(() => chartDigests(missing, file)).toThrow(
      `${file}: plinth:cluster.charts.web.chart: got "./nowhere", expected the path of a packed chart or of a folder with a Chart.yaml`,
    );
  });
});
