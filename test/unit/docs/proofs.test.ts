import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expectGoldenDocument } from "../../support/golden/golden-tree";
import { testTitles } from "../../support/text/test-titles";

const root = join(__dirname, "..", "..", "..");

/** The test files below a folder, as paths from the root. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `${folder}/${file}`)
    .sort();
}

function titled(files: readonly string[]): readonly string[] {
  return files.flatMap((file) => {
    const titles = testTitles(readFileSync(join(root, file), "utf8"));
    return titles.length === 0 ? [] : [`### ${file}\n\n\`\`\`text\n${titles.join("\n")}\n\`\`\`\n`];
  });
}

const introduction = `# What is proved where

Every test has the name of the claim that it proves. This page is made of these names; after a change of
them, \`PLINTH_GOLDEN=write npx jest docs/proofs\` writes it. What
no test here proves does not belong into a document; [contributing.md](contributing.md) says where to add
which test.

## What no test runs

- Hosts with arm64: what they get is compared with the golden files of \`own-etcd\`.
- Distributions but Debian 12, and dnf and zypper themselves: the calls of them are tried with stand-ins.
- Kubernetes 1.35, and a change of a cluster's \`kubernetesVersion\`.
- Official downloads and images: their addresses and checksums are compared with those recorded from upstream;
  the lab serves builds of its own under the same names, a few of them of other versions.
- Pulumi's official plugins, but where \`PLINTH_PLUGINS\` names them.
- Members of etcd that get other addresses, with API servers, kubelets and flannel beside them: with processes of etcd,
  and with stand-ins for what flannel's node says.
- Grafana: the API server judges its objects, Prometheus answers the queries of its dashboards.
- More than five real hosts: [scale.md](scale.md) has figures of simulated ones.
`;

const parts = [
  ["Clusters on hosts, in every run of `npm test`", ["test/e2e"]],
  ["Clusters on hosts, in `npm run test:full`", ["test/full"]],
  ["Shared by several of these files", ["test/support"]],
  ["Members of etcd, as processes on one machine", ["test/etcd"]],
  ["The provider on a host", ["test/provider"]],
  ["The program without hosts", ["test/program"]],
] as const;

test("docs/proofs.md has the name of every test but the unit tests, and their files", () => {
  const sections = parts.flatMap(([title, folders]) => [
    `## ${title}\n`,
    ...titled(folders.flatMap(filesBelow)),
  ]);
  const unit = filesBelow("test/unit").map((file) => file.slice("test/unit/".length));
  const list = `## Functions, by the unit tests' files below test/unit\n\n\`\`\`text\n${unit.join("\n")}\n\`\`\`\n`;
  expectGoldenDocument("docs/proofs.md", [introduction, ...sections, list].join("\n"));
});
