import * as pulumi from "@pulumi/pulumi";
import { resetToken, type ResetArgs, type ResetResult } from "../../../provider/reset-api";
import type { HostFacts, SurveyArgs, SurveyResult } from "../../../provider/survey-api";

/** What a program asked the engine to register. */
export interface RecordedResource {
  readonly type: string;
  readonly name: string;
  /** URN of the parent; empty without one. */
  readonly parent: string;
  readonly urn: string;
  readonly custom: boolean;
  /** URNs, those of components replaced by their children's. */
  readonly dependencies: readonly string[];
  /** The part of them that no input names. */
  readonly explicitDependencies: readonly string[];
  /** URN of an explicit provider and its id; empty for a default provider. */
  readonly provider: string;
  readonly deletedWith: string;
  readonly ignoreChanges: readonly string[];
  /** Under what else its state may be found. */
  readonly aliases: readonly RecordedAlias[];
  /** As sent to the engine, secrets unwrapped. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Paths of the inputs that were sent as secrets, `files["/etc/x"].content`. */
  readonly secretInputs: readonly string[];
}

/** A whole URN, or what differs in it; texts are empty where nothing does. */
export type RecordedAlias =
  | string
  | {
      readonly name: string;
      readonly type: string;
      /** URN; empty for a resource at the top. */
      readonly parent: string;
    };

export interface RecordedProgram {
  readonly resources: readonly RecordedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

// https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/runtime/rpc.ts
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** How a program runs, where that is not an `up`. */
export interface RecordedRun {
  readonly preview?: boolean;
  /** What becomes of a host that is cleared. */
  readonly reset?: (args: ResetArgs) => ResetResult;
}

/**
 * Runs a program against an engine that makes nothing: every resource gets the id `<name>-id` and
 * outputs that name where they come from; hosts answer the survey with their `facts`.
 */
export async function recordedProgram(
  program: () => Promise<Readonly<Record<string, unknown>>>,
  config: Readonly<Record<string, string>>,
  facts: (host: string) => HostFacts,
  { preview = false, reset = () => ({ removed: [] }) }: RecordedRun = {},
): Promise<RecordedProgram> {
  const secretOutputs = new Map<string, readonly string[]>();
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name }) => ({
        id: `${name}-id`,
        state: madeOutputs(type, name, secretOutputs.get(`${type} ${name}`) ?? []),
      }),
      // the program calls nothing else
      call: ({ token, inputs }) =>
        token === resetToken ? reset(inputs as ResetArgs) : survey(inputs as SurveyArgs, facts),
    },
    "plinth",
    "test",
    preview,
  );
  pulumi.runtime.setAllConfig({ ...config });
  const resources: RecordedResource[] = [];
  recordRegistrations(resources, secretOutputs);
  const outputs = await program();
  await pulumi.runtime.disconnect();
  return { resources, outputs };
}

/** The part of the engine's client that is listened to; the SDK's types leave it open. */
interface Monitor {
  registerResource: (request: RegisterRequest, callback: unknown) => Promise<void>;
  newUrn: (parent: string, type: string, name: string) => string;
}

interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getProvider(): string;
  getDeletedwith(): string;
  getIgnorechangesList(): string[];
  getAliasesList(): Alias[];
  getDependenciesList(): string[];
  getPropertydependenciesMap(): {
    forEach(visit: (dependencies: { getUrnsList(): string[] }) => void): void;
  };
  getAdditionalsecretoutputsList(): string[];
  getObject(): { toJavaScript(): Record<string, unknown> };
}

interface Alias {
  getUrn(): string;
  getSpec(): AliasSpec | undefined;
}

interface AliasSpec {
  getName(): string;
  getType(): string;
  getParenturn(): string;
}

function recordedAlias(alias: Alias): RecordedAlias {
  const spec = alias.getSpec();
  if (spec === undefined) return alias.getUrn();
  return { name: spec.getName(), type: spec.getType(), parent: spec.getParenturn() };
}

function recordRegistrations(
  resources: RecordedResource[],
  secretOutputs: Map<string, readonly string[]>,
): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const registered = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    const [type, name] = [request.getType(), request.getName()];
    secretOutputs.set(`${type} ${name}`, request.getAdditionalsecretoutputsList());
    const secretInputs: string[] = [];
    const implied: string[] = [];
    request.getPropertydependenciesMap().forEach((each) => implied.push(...each.getUrnsList()));
    const dependencies = request.getDependenciesList();
    resources.push({
      type,
      name,
      parent: request.getParent(),
      urn: monitor.newUrn(request.getParent(), type, name),
      custom: request.getCustom(),
      dependencies,
      explicitDependencies: dependencies.filter((urn) => !implied.includes(urn)),
      provider: request.getProvider(),
      deletedWith: request.getDeletedwith(),
      ignoreChanges: request.getIgnorechangesList(),
      aliases: request.getAliasesList().map(recordedAlias),
      inputs: plain(request.getObject().toJavaScript(), "", secretInputs) as Record<
        string,
        unknown
      >, // inputs are a map
      secretInputs,
    });
    return registered(request, callback);
  };
}

function plain(value: unknown, path: string, secretInputs: string[]): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => plain(item, `${path}[${index}]`, secretInputs));
  }
  if (typeof value !== "object" || value === null) return value;
  if ((value as Record<string, unknown>)[signatureKey] === secretSignature) {
    secretInputs.push(path);
    return plain((value as Record<string, unknown>).value, path, []);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      plain(item, joinedPath(path, key), secretInputs),
    ]),
  );
}

function joinedPath(path: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${path}["${key}"]`;
  return path === "" ? key : `${path}.${key}`;
}

/** Outputs of the resources that other resources read from, secret where the SDK says so. */
function madeOutputs(
  type: string,
  name: string,
  secret: readonly string[],
): Record<string, unknown> {
  const properties = outputProperties[type] ?? [];
  return Object.fromEntries(
    properties.map((property) => {
      const text =
        property === "validityEndTime"
          ? "2030-01-01T00:00:00Z"
          : `${property} of ${name}`.padEnd(32);
      return [property, secret.includes(property) ? pulumi.secret(text) : text];
    }),
  );
}

const outputProperties: Readonly<Record<string, readonly string[]>> = {
  "tls:index/privateKey:PrivateKey": ["privateKeyPem", "privateKeyPemPkcs8", "publicKeyPem"],
  "tls:index/certRequest:CertRequest": ["certRequestPem"],
  "tls:index/selfSignedCert:SelfSignedCert": ["certPem", "validityEndTime"],
  "tls:index/locallySignedCert:LocallySignedCert": ["certPem", "validityEndTime"],
  "random:index/randomPassword:RandomPassword": ["result"],
  "random:index/randomId:RandomId": ["hex"],
};

function survey(args: SurveyArgs, facts: (host: string) => HostFacts): SurveyResult {
  const { modules, commands } = args;
  return {
    hosts: Object.fromEntries(
      args.hosts.map(({ name }) => [name, { facts: { ...facts(name), modules, commands } }]),
    ),
  };
}
