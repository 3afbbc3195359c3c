import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { dashboardFiles } from "../../../addons/monitoring/grafana/operator/dashboard-files";
import { jsonErrorPlace } from "../../../components/text/json-error-place";
import { file, parsed, set } from "../../support/fakes/config-input";

describe("a text that is no JSON", () => {
  test.each([
    ["", "1:1: got the end of the file: value expected"],
    ['{\n  "title": x\n}', "2:12: got x: invalid symbol"],
    ['{"a": 1,}', "1:9: got }: property name expected"],
    ["{'a': 1}", "1:2: got 'a':: invalid symbol"],
    ['{"a" 1}', "1:6: got 1}: colon expected"],
    ['{"a": 1 "b": 2}', '1:9: got "b":: comma expected'],
    ['{"a": [1,\n2', "2:2: got the end of the file: close bracket expected"],
    ['{"a": "b\nc"}', '1:7: got "b: unexpected end of string'],
    ["{} {}", "1:4: got {}: end of file expected"],
    ["{} // end", "1:4: got //: invalid comment token"],
  ])("%j is told with its place", (text, told) => {
    expect(() => JSON.parse(text) as unknown).toThrow();
    const { line, column, got, reason } = jsonErrorPlace(text) ?? {};
    expect(`${line}:${column}: got ${got}: ${reason}`).toBe(told);
  });

  test.each(["{}", ' [1, -2.5e+3, true, null, "\\u00e4\\n😀", [], {"a": {"b": [{}]}}]\r\n', '"a"'])(
    "%j has no mistake",
    (text) => {
      expect(() => JSON.parse(text) as unknown).not.toThrow();
      expect(jsonErrorPlace(text)).toBeUndefined();
    },
  );
});

describe("dashboards of the user's", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "dashboards-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, content: unknown) => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  };
  const read = (paths: readonly string[], monitoring: object = {}) => {
    const grafana = { enabled: true, dashboards: paths };
    return dashboardFiles(
      parsed(set("addons.monitoring", { enabled: true, grafana, ...monitoring })).addons,
      file,
    );
  };

  test("are files, and all JSON files of folders, by names that the API server takes", () => {
    const single = write("single.json", { title: "Single" });
    write("team/App One.json", '{ "title": "One" }\n');
    write("team/db/Main_2.json", { title: "Two", uid: "main" });
    write("team/README.md", "no dashboard");
    expect(read([single, join(folder, "team")])).toEqual({
      single: '{"title":"Single"}',
      "app-one": '{ "title": "One" }\n',
      "db-main-2": '{"title":"Two","uid":"main"}',
    });
  });

  test("are what the files say now", () => {
    const path = write("a.json", { title: "Old" });
    expect(read([path]).a).toContain("Old");
    write("a.json", { title: "New" });
    expect(read([path]).a).toContain("New");
  });

  test("are not read where no Grafana shows them", () => {
    expect(read(["nowhere"], { enabled: false })).toEqual({});
    expect(read(["nowhere"], { grafana: { enabled: false, dashboards: ["nowhere"] } })).toEqual({});
  });

  test.each<readonly [string, unknown, string]>([
    ["a.json", '{\n  "title": "A",\n}', ":3:1: got }, expected JSON: property name expected"],
    ["a.json", [], ": got a list, expected a dashboard: an object with a title"],
    ["a.json", "null", ": got null, expected a dashboard: an object with a title"],
    [
      "a.json",
      { dashboard: { title: "A" } },
      ": got an object without a title, expected a dashboard: an object with a title",
    ],
    [
      "a.json",
      { title: "A", uid: 7 },
      ": got uid 7, expected at most 40 letters, digits, dashes and underscores",
    ],
    [
      "a.json",
      { title: "A", uid: "plinth-etcd" },
      ": got uid plinth-etcd, expected one that does not begin with plinth-",
    ],
    [
      "a.json",
      { title: "A", description: "x".repeat(1024 ** 2) },
      ": got 1048606 bytes, expected at most 1048576, all that a ConfigMap takes",
    ],
    ["_.json", { title: "A" }, ": got this file name, expected one to 200 letters and digits"],
  ])(
    "that Grafana or the API server would refuse are refused before, with their place (%#)",
    (name, content, told) => {
      const path = write(name, content);
      const place = `${file}: plinth:cluster.addons.monitoring.grafana.dashboards[1]`;
      const good = write("good.json", { title: "Good" });
      expect(() => read([good, path])).toThrow(new Error(`${place}: ${path}${told}`));
    },
  );

  test("that nobody can tell from each other are refused", () => {
    const [one, two] = ["one/a.json", "two/A.json"].map((name) =>
      write(name, { title: "A", uid: "u" }),
    );
    const place = `${file}: plinth:cluster.addons.monitoring.grafana.dashboards[1]`;
    expect(() => read([one!, two!])).toThrow(
      new Error(
        `2 problems in ${file}\n` +
          `${place}: ${two}: got a as ${one} has, expected a file name of its own\n` +
          `${place}: ${two}: got u as ${one} has, expected a uid of its own`,
      ),
    );
  });

  test("that are not there are refused, all at once", () => {
    mkdirSync(join(folder, "empty"));
    const paths = [join(folder, "none.json"), join(folder, "empty")];
    const expected = "expected the path of a dashboard's JSON file or of a folder with some";
    const lines = paths.map(
      (path, index) =>
        `${file}: plinth:cluster.addons.monitoring.grafana.dashboards[${index}]: got ${JSON.stringify(path)}, ${expected}`,
    );
    expect(() => read(paths)).toThrow(new Error([`2 problems in ${file}`, ...lines].join("\n")));
  });
});
