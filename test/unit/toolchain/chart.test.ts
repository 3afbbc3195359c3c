import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { manifestArtifacts } from "../../../lab/artifact/manifests";
import { renderChart } from "../../../toolchain/chart";
import { products } from "../../../toolchain/product-list";

let folder: string;

/** A Go that knows one module, and whose Helm prints the chart that it is given. */
const go = `#!/bin/sh
if [ "$1" = mod ]; then echo '{"Dir": "'"$(dirname "$0")"'/module"}'; exit; fi
echo "# $*"
cat "$5"/Chart.yaml "$5"/templates/*
`;

const recipe = {
  kind: "chart",
  module: "example.org/m",
  folder: "chart",
  definitions: "crds",
  release: "certs",
  kubernetesVersion: "1.36.0",
  values: ["a=b"],
} as const;
const product = { ...products["cert-manager-manifest"], version: "1.2.3", outputs: ["all.yaml"] };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "chart-"));
  await writeFile(join(folder, "go"), go, { mode: 0o755 });
});

afterEach(() => rm(folder, { recursive: true }));

async function rendered(files: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, "module", name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { mode: 0o444 });
  }
  await renderChart(product, recipe, folder, { go: join(folder, "go"), cwd: folder });
  return readFile(join(folder, "all.yaml"), "utf8");
}

test("a chart is rendered with its release's version, after its namespace and with its definitions", async () => {
  const text = await rendered({
    "chart/Chart.template.yaml": "version: v0.1.0\nappVersion: v0.1.0\n",
    "chart/templates/service.yaml": "kind: Service\n",
    "crds/crd-a.yaml": "kind: CustomResourceDefinition\n",
    "crds/README.md": "no YAML",
  });
  expect(text).toBe(
    "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: certs\n---\n" +
      `# tool helm template certs ${folder}/chart --namespace certs --kube-version 1.36.0 --set a=b\n` +
      "version: v1.2.3\nappVersion: v1.2.3\nkind: CustomResourceDefinition\nkind: Service\n",
  );
});

test("definitions that a chart has already are not put into it again", async () => {
  const text = await rendered({
    "chart/Chart.yaml": "version: v0.0.0\nappVersion: v0.0.0\n",
    "chart/templates/crd-a.yaml": "kind: CustomResourceDefinition\n",
    "crds/a.yaml": "kind: CustomResourceDefinition\n",
  });
  expect(text.match(/CustomResourceDefinition/g)).toHaveLength(1);
});

test("the lab serves cert-manager's manifest under its official address", () => {
  expect(manifestArtifacts({ "cert-manager-manifest": "/t" })).toMatchObject([
    {
      name: "cert-manager",
      url: "https://github.com/cert-manager/cert-manager/releases/download/v1.11.5/cert-manager.yaml",
    },
  ]);
});
