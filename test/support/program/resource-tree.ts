import type { RecordedProgram, RecordedResource } from "./recorded-program";

/**
 * A program's resources, a line each and children below their parents: type, name, what it waits
 * for beyond what its inputs say, its provider, and which of its inputs are secret.
 */
export function resourceTree(program: RecordedProgram): string {
  const { resources } = program;
  const lines = (parent: string, indent: string): string[] =>
    resources
      .filter((resource) => resource.parent === parent)
      .sort((one, other) => key(one).localeCompare(key(other), "en", { numeric: true }))
      .flatMap((resource) => [
        `${indent}${resourceLine(resource, resources)}`,
        ...lines(resource.urn, `${indent}  `),
      ]);
  return `${lines("", "").join("\n")}\n`;
}

/** Resources below another one, at any depth, that are not components. */
export function customDescendants(
  urn: string,
  resources: readonly RecordedResource[],
): readonly RecordedResource[] {
  return resources
    .filter((resource) => resource.parent === urn)
    .flatMap((child) => [
      ...(child.custom ? [child] : []),
      ...customDescendants(child.urn, resources),
    ]);
}

function resourceLine(resource: RecordedResource, resources: readonly RecordedResource[]): string {
  const { type, name, explicitDependencies, provider, deletedWith, secretInputs } = resource;
  const nameOf = (urn: string) => resources.find((each) => each.urn === urn)?.name ?? urn;
  const parts = {
    after: summedUp(explicitDependencies, resources).sort(),
    provider: provider === "" ? [] : [nameOf(provider.replace(/::[^:]*$/, ""))],
    deletedWith: deletedWith === "" ? [] : [nameOf(deletedWith)],
    secret: [...secretInputs].sort(),
  };
  const details = Object.entries(parts)
    .filter(([, values]) => values.length > 0)
    .map(([part, values]) => ` ${part}=[${values.join(", ")}]`);
  return `${type} ${name}${details.join("")}`;
}

/** Names of dependencies; a component's name stands for all of its resources, as `dependsOn` had it. */
function summedUp(urns: readonly string[], resources: readonly RecordedResource[]): string[] {
  const left = new Set(urns);
  const names: string[] = [];
  for (const component of resources.filter((each) => !each.custom)) {
    const members = customDescendants(component.urn, resources).map((each) => each.urn);
    if (members.length === 0 || !members.every((urn) => left.has(urn))) continue;
    names.push(`${component.type} ${component.name}`);
    for (const urn of members) left.delete(urn);
  }
  const single = [...left].map((urn) => resources.find((each) => each.urn === urn)?.name ?? urn);
  return [...names, ...single];
}

function key(resource: RecordedResource): string {
  return `${resource.type} ${resource.name}`;
}
