const key = "app.kubernetes.io/managed-by";
const value = "plinth";

/** Labels of definitions, and of objects of their kinds, that are Plinth's to delete. */
export const ourLabels: Readonly<Record<string, string>> = { [key]: value };

/** Selects them in a request. */
export const ourSelector = encodeURIComponent(`${key}=${value}`);

/** Whether Plinth made an object. */
export function isOurs({
  labels,
}: {
  readonly labels?: Readonly<Record<string, string>> | undefined;
}): boolean {
  return labels?.[key] === value;
}
