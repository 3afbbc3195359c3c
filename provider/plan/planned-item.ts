/** An item that a plan names; an error where its layer has none of that name. */
export function plannedItem<T>(items: Readonly<Record<string, T>>, name: string): T {
  const item = items[name];
  if (item === undefined) throw new Error(`${name} is planned but not part of the layer`);
  return item;
}
