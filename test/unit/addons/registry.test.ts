import { registry } from "../../../addons/registry";

test.each([
  ["name", registry.map(({ name }) => name)],
  ["key", registry.flatMap(({ key }) => key ?? [])],
  ["image", registry.flatMap(({ images }) => Object.keys(images ?? {}))],
  ["manifest", registry.flatMap(({ manifests }) => Object.keys(manifests ?? {}))],
])("no two add-ons have one %s", (_, names) => {
  expect(names).not.toEqual([]);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
