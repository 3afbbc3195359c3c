import type { RecordedAlias, RecordedResource } from "./recorded-program";

/**
 * What of a URN tells the resources of a stack from each other: `<types of the parents>$<type>::<name>`.
 * The engine finds the state of a resource by it, and deletes what nobody has registered under its URN.
 */
export function urnTail(
  resource: RecordedResource,
  resources: readonly RecordedResource[],
): string {
  const parent = parentOf(resource, resources);
  return joinedTail(parent && urnTail(parent, resources), resource.type, resource.name);
}

/** Further URNs under which the engine looks for the state of a resource: by aliases of its own and of its parents. */
export function formerTails(
  resource: RecordedResource,
  resources: readonly RecordedResource[],
): readonly string[] {
  const parent = parentOf(resource, resources);
  const own = urnTail(resource, resources);
  const { type, name, aliases } = resource;
  const here = { type, name, parents: parentTails(parent, resources) };
  const places = aliases.filter(isPlace).map((alias) => ({
    type: alias.type || type,
    name: alias.name || name,
    parents: alias.parent === resource.parent ? here.parents : [tailNamed(alias.parent, resources)],
  }));
  const tails = [here, ...places].flatMap((place) =>
    place.parents.map((tail) =>
      joinedTail(tail, place.type, inheritedName(place.name, parent?.name, tail)),
    ),
  );
  const whole = aliases.filter((alias) => typeof alias === "string").map(tailOfUrn);
  return [...new Set([...tails, ...whole])].filter((tail) => tail !== own);
}

function isPlace(alias: RecordedAlias): alias is Exclude<RecordedAlias, string> {
  return typeof alias !== "string";
}

function parentOf(
  { parent }: RecordedResource,
  resources: readonly RecordedResource[],
): RecordedResource | undefined {
  return resources.find(({ urn }) => urn === parent);
}

function parentTails(
  parent: RecordedResource | undefined,
  resources: readonly RecordedResource[],
): readonly (string | undefined)[] {
  if (parent === undefined) return [undefined];
  return [urnTail(parent, resources), ...formerTails(parent, resources)];
}

/** Of another parent; one that is gone is known by its URN alone. */
function tailNamed(urn: string, resources: readonly RecordedResource[]): string | undefined {
  if (urn === "") return undefined;
  const parent = resources.find((each) => each.urn === urn);
  return parent === undefined ? tailOfUrn(urn) : urnTail(parent, resources);
}

/** As the engine has it: a child whose name begins with its parent's has had it begin with the former one's. */
function inheritedName(
  name: string,
  parent: string | undefined,
  former: string | undefined,
): string {
  if (parent === undefined || former === undefined || !name.startsWith(parent)) return name;
  return nameOf(former) + name.slice(parent.length);
}

function joinedTail(parent: string | undefined, type: string, name: string): string {
  return parent === undefined
    ? `${type}::${name}`
    : `${parent.slice(0, parent.indexOf("::"))}$${type}::${name}`;
}

function nameOf(tail: string): string {
  return tail.slice(tail.indexOf("::") + 2);
}

/** `urn:pulumi:<stack>::<project>::<types>::<name>` */
function tailOfUrn(urn: string): string {
  return urn.split("::").slice(2).join("::");
}
