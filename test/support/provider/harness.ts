/** Starts the bundled provider and speaks to it as the engine does. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import type { HostConnection, ProviderSettings } from "../../../provider/api";
import { resetToken, type ResetArgs, type ResetResult } from "../../../provider/reset-api";
import { surveyToken, type SurveyArgs, type SurveyResult } from "../../../provider/survey-api";
import type { HostLayerInputs } from "../../../provider/layer/layer-inputs";
import { noItems } from "../../../provider/layer/item-kinds";
import {
  engine,
  engineService,
  grpc,
  messages,
  service,
  Empty,
} from "../../../provider/engine/proto";
import { fromStruct, toStruct } from "../../../provider/engine/engine-values";
import { type JsonObject } from "../../../provider/json";

const root = process.env.PLINTH_ROOT ?? join(__dirname, "../../..");
const [hostName = "t1", hostAddress = "10.88.0.31"] = (
  process.env.PLINTH_TEST_HOST ?? "t1=10.88.0.31"
).split("=");

/** The host under test. */
export const testHost: HostConnection = {
  name: hostName,
  address: hostAddress,
  port: 22,
  user: "root",
};

export const testSettings: ProviderSettings = {
  privateKeyFile: process.env.PLINTH_TEST_SSH_KEY ?? "/var/lib/plinth-lab/ssh/id_ed25519",
  knownHostsFile: process.env.PLINTH_TEST_KNOWN_HOSTS ?? "/var/lib/plinth-lab/known_hosts",
  connectTimeoutSeconds: 10,
  maintenance: [],
  lost: [],
};

let bundle: string | undefined;

function bundled(): string {
  if (bundle !== undefined) return bundle;
  bundle = join(mkdtempSync(join(tmpdir(), "plinth-provider-")), "provider.js");
  buildSync({
    absWorkingDir: root,
    entryPoints: ["provider/engine/main.ts"],
    outfile: bundle,
    bundle: true,
    platform: "node",
    target: "node20",
    logLevel: "warning",
    loader: { ".sh": "text", ".node": "empty" },
    external: ["cpu-features", "./crypto/build/Release/sshcrypto.node"],
  });
  return bundle;
}

/** The bundle with a function of the script library that says `paused` and goes no further. */
function pausedBundle(verb: string): string {
  const text = readFileSync(bundled(), "utf8");
  const [before, after, ...more] = text.split(`${verb}() {`);
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`the script library has not exactly one function ${verb}`);
  const paused = join(mkdtempSync(join(tmpdir(), "plinth-provider-")), "provider.js");
  writeFileSync(paused, `${before}${verb}() { echo @@ paused >&2; sleep 600; ${after}`);
  return paused;
}

/** A message that the provider sent to the engine. */
export interface LogLine {
  readonly text: string;
  readonly ephemeral: boolean;
  readonly severity: number;
}

/** What a create or update ended with. */
export interface Outcome {
  readonly id?: string;
  readonly properties: JsonObject;
  /** The error, where it failed. */
  readonly error?: string;
  /** It failed, but the resource is there in part. */
  readonly partial?: boolean;
}

type Call = (
  request: unknown,
  callback: (error: grpc.ServiceError | null, response: unknown) => void,
) => void;

const started = new Set<TestProvider>();

// a test that fails half way must not leave a provider that holds on to the host
if (typeof afterAll === "function")
  afterAll(async () => {
    await Promise.all([...started].map((provider) => provider.stop()));
  });

/** One provider process with an engine in front of it. */
export class TestProvider {
  readonly logs: LogLine[] = [];

  private constructor(
    readonly process: ChildProcess,
    private readonly client: service.ResourceProviderClient,
    private readonly engineServer: grpc.Server,
  ) {}

  /** A provider; one that is made to pause never gets beyond that function of the script library. */
  static async start(
    settings: ProviderSettings = testSettings,
    pausesAt?: string,
  ): Promise<TestProvider> {
    const logs: LogLine[] = [];
    const server = new grpc.Server();
    server.addService(engineService.EngineService, {
      log: (
        call: { request: engine.LogRequest },
        callback: (error: null, response: Empty) => void,
      ) => {
        const { request } = call;
        logs.push({
          text: request.getMessage(),
          ephemeral: request.getEphemeral(),
          severity: request.getSeverity(),
        });
        callback(null, new Empty());
      },
    });
    const insecure = grpc.ServerCredentials.createInsecure();
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync("127.0.0.1:0", insecure, (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    const program = pausesAt === undefined ? bundled() : pausedBundle(pausesAt);
    const child = spawn(process.execPath, [program, `127.0.0.1:${port}`], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const address = await new Promise<string>((resolve) =>
      child.stdout.once("data", (data: Buffer) => resolve(`127.0.0.1:${data.toString().trim()}`)),
    );
    const client = new service.ResourceProviderClient(address, grpc.credentials.createInsecure());
    const provider = new TestProvider(child, client, server);
    started.add(provider);
    provider.logs.push = logs.push.bind(provider.logs);
    logs.push = provider.logs.push.bind(provider.logs);
    await provider.configure(settings);
    return provider;
  }

  /** Resolved once the provider has told the engine something of the kind. */
  async said(pattern: RegExp): Promise<void> {
    while (!this.logs.some(({ text }) => pattern.test(text)))
      await new Promise((resolve) => setTimeout(resolve, 50));
  }

  /** Ends the process as the engine does. */
  async stop(): Promise<void> {
    started.delete(this);
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = new Promise((resolve) => this.process.once("exit", resolve));
      this.process.kill("SIGINT");
      await ended;
    }
    this.client.close();
    this.engineServer.forceShutdown();
  }

  async configure(settings: ProviderSettings): Promise<void> {
    const request = new messages.ConfigureRequest();
    request.setArgs(toStruct(settings));
    request.setAcceptsecrets(true);
    await this.call("configure", request);
  }

  async check(news: object): Promise<{ inputs: JsonObject; failures: Record<string, string> }> {
    const request = new messages.CheckRequest();
    request.setUrn(urn);
    request.setNews(toStruct(news));
    const response = await this.call<messages.CheckResponse>("check", request);
    const failures = response
      .getFailuresList()
      .map((failure) => [failure.getProperty(), failure.getReason()]);
    return {
      inputs: fromStruct(response.getInputs()),
      failures: Object.fromEntries(failures) as Record<string, string>,
    };
  }

  async diff(olds: object, news: object): Promise<Record<string, string>> {
    const request = new messages.DiffRequest();
    request.setUrn(urn);
    request.setOlds(toStruct(olds));
    request.setOldInputs(toStruct(olds));
    request.setNews(toStruct(news));
    const response = await this.call<messages.DiffResponse>("diff", request);
    const names = Object.entries(messages.PropertyDiff.Kind);
    return Object.fromEntries(
      response
        .getDetaileddiffMap()
        .toArray()
        .map(([path]: [string, unknown]) => {
          const kind = response.getDetaileddiffMap().get(path)?.getKind();
          return [path, names.find(([, value]) => value === kind)?.[0] ?? ""];
        }),
    );
  }

  async create(inputs: object, preview = false): Promise<Outcome> {
    const request = new messages.CreateRequest();
    request.setUrn(urn);
    request.setProperties(toStruct(inputs));
    request.setPreview(preview);
    return this.outcome(async () => {
      const response = await this.call<messages.CreateResponse>("create", request);
      return { id: response.getId(), properties: fromStruct(response.getProperties()) };
    });
  }

  async update(olds: object, news: object, preview = false): Promise<Outcome> {
    const request = new messages.UpdateRequest();
    request.setUrn(urn);
    request.setId("id");
    request.setOlds(toStruct(olds));
    request.setOldInputs(toStruct(olds));
    request.setNews(toStruct(news));
    request.setPreview(preview);
    return this.outcome(async () => {
      const response = await this.call<messages.UpdateResponse>("update", request);
      return { id: "id", properties: fromStruct(response.getProperties()) };
    });
  }

  async read(inputs: object): Promise<JsonObject> {
    const request = new messages.ReadRequest();
    request.setUrn(urn);
    request.setId("id");
    request.setInputs(toStruct(inputs));
    request.setProperties(toStruct(inputs));
    return fromStruct((await this.call<messages.ReadResponse>("read", request)).getInputs());
  }

  async delete(inputs: object): Promise<void> {
    const request = new messages.DeleteRequest();
    request.setUrn(urn);
    request.setId("id");
    request.setProperties(toStruct(inputs));
    request.setOldInputs(toStruct(inputs));
    await this.call("delete", request);
  }

  async cancel(): Promise<void> {
    await this.call("cancel", new Empty());
  }

  survey(args: SurveyArgs): Promise<SurveyResult> {
    return this.invoke(surveyToken, args);
  }

  reset(args: ResetArgs): Promise<ResetResult> {
    return this.invoke(resetToken, args);
  }

  private async invoke<Result>(token: string, args: object): Promise<Result> {
    const request = new messages.InvokeRequest();
    request.setTok(token);
    request.setArgs(toStruct(args));
    const response = await this.call<messages.InvokeResponse>("invoke", request);
    return fromStruct(response.getReturn()) as unknown as Result;
  }

  private call<Response>(method: string, request: unknown): Promise<Response> {
    const call = (this.client as unknown as Record<string, Call>)[method]?.bind(this.client)!;
    return new Promise((resolve, reject) =>
      call(request, (error, response) => (error ? reject(error) : resolve(response as Response))),
    );
  }

  private async outcome(attempt: () => Promise<Outcome>): Promise<Outcome> {
    try {
      return await attempt();
    } catch (error) {
      const { details, metadata } = error as grpc.ServiceError;
      const partial = metadata.get("grpc-status-details-bin").length > 0;
      return { properties: {}, error: details, partial };
    }
  }
}

const urn = "urn:pulumi:dev::plinth::plinth:index:HostLayer::test";

/** A layer with nothing in it but what is given. */
export function layer(parts: Partial<HostLayerInputs>): HostLayerInputs {
  return {
    host: testHost,
    cluster: "provider-test",
    layer: "test",
    ...noItems,
    unitOrder: Object.keys(parts.units ?? {}),
    ...parts,
  };
}
