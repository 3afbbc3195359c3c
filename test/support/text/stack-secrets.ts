/** What a stack's state holds, secrets apart from the rest, as `pulumi stack export --show-secrets` gives it. */
export interface StackSecrets {
  /** Every text that is secret, by the resource and property it is the value of. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Every other text of the state. */
  readonly open: readonly string[];
}

// https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

interface Exported {
  readonly deployment: { readonly resources: readonly { readonly urn: string }[] };
}

/** See `StackSecrets`; `text` is the exported state. */
export function stackSecrets(text: string): StackSecrets {
  const secrets = new Map<string, string>();
  const open: string[] = [];
  const visit = (value: unknown, place: string, secret: boolean): void => {
    if (typeof value === "string") {
      if (secret) secrets.set(place, value);
      else open.push(value);
    } else if (typeof value === "object" && value !== null) {
      const plaintext = plaintextOf(value as Readonly<Record<string, unknown>>);
      if (plaintext !== undefined) visit(JSON.parse(plaintext), place, true);
      else for (const [key, item] of Object.entries(value)) visit(item, `${place} ${key}`, secret);
    }
  };
  const { deployment } = JSON.parse(text) as Exported; // Pulumi's own format
  for (const resource of deployment.resources)
    visit(resource, resource.urn.split("::").at(-1) ?? "", false);
  return { secrets, open };
}

function plaintextOf(value: Readonly<Record<string, unknown>>): string | undefined {
  const { plaintext } = value;
  const wrapped = value[signatureKey] === secretSignature && typeof plaintext === "string";
  return wrapped ? plaintext : undefined;
}
