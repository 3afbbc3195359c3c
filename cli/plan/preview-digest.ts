/** What `pulumi preview --json` prints, as far as it is read: PreviewDigest of Pulumi's display package. */
export interface PreviewDigest {
  readonly steps?: readonly PreviewStep[];
  readonly diagnostics?: readonly Diagnostic[];
  readonly changeSummary?: Readonly<Record<string, number>>;
}

export interface PreviewStep {
  readonly op: string;
  readonly urn: string;
  readonly oldState?: ResourceState;
  readonly newState?: ResourceState;
}

export interface ResourceState {
  readonly inputs?: Readonly<Record<string, unknown>>;
}

export interface Diagnostic {
  readonly urn?: string;
  readonly message?: string;
  readonly severity?: string;
}

/** The digest in what a preview printed, or undefined when it ended before there was one. */
export function previewDigest(output: string): PreviewDigest | undefined {
  try {
    const digest = JSON.parse(output) as PreviewDigest | null; // Pulumi's own format
    return digest ?? undefined;
  } catch {
    return undefined;
  }
}

/** The step that counts of each resource: what refreshing it showed comes before what will be done. */
export function lastSteps({ steps = [] }: PreviewDigest): readonly PreviewStep[] {
  return [...new Map(steps.map((step) => [step.urn, step])).values()];
}

/** `type (name)` of a resource, as Pulumi heads its diagnostics. */
function resourceTitle(urn: string): string {
  const { type, name } = urnParts(urn);
  return `${type} (${name})`;
}

/** Type and name of a URN: `urn:pulumi:stack::project::parent$type::name`. */
export function urnParts(urn: string): { type: string; name: string } {
  const [, , types = "", ...name] = urn.split("::");
  return { type: types.split("$").at(-1) ?? types, name: name.join("::") };
}

/** The errors of a preview, each with the resource that it is about. */
export function errorTexts({ diagnostics = [] }: PreviewDigest): readonly string[] {
  return diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ urn, message = "" }) => `${urn ? `${resourceTitle(urn)}: ` : ""}${message.trim()}`);
}
