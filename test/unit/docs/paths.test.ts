import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const root = join(__dirname, "../../..");
const documents = [
  ...["README.md", "CHANGES.md"],
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file}`),
];
const parts = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !["node_modules", "dist", ".git"].includes(entry.name))
  .map(({ name }) => name);

test.each(documents)("every relative link of %s leads somewhere", (document) => {
  const dead = [...text(document).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target.replace(/#.*/, ""))
    .filter((target) => target !== "" && !/^[a-z]+:/.test(target))
    .filter((target) => !existsSync(join(root, dirname(document), target)));
  expect(dead).toEqual([]);
});

test.each(documents)("every path of the repository that %s names is there", (document) => {
  const dead = [...text(document).matchAll(/`([\w.@-]+\/[\w./@-]*)`/g)]
    .map(([, path = ""]) => normalize(path))
    .filter((path) => parts.some((part) => path.startsWith(`${part}/`)))
    .filter((path) => !existsSync(join(root, path)));
  expect(dead).toEqual([]);
});

function text(document: string): string {
  return readFileSync(join(root, document), "utf8");
}
