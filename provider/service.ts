/** The resource provider as the engine calls it. */
import {
  hostLayerToken,
  surveyToken,
  type HostConnection,
  type HostLayerInputs,
  type SurveyArgs,
} from "./api";
import { inputFailures, normalInputs, type Failure } from "./check";
import { layerDiff, type Change } from "./diff";
import type { EngineLog } from "./engine-log";
import { converge, readLayer, removeLayer, Unfinished, type Run } from "./layer";
import { Leases } from "./lease";
import type { LiveHost } from "./live";
import { consequences, isPlannable, planSummary } from "./previews";
import { Empty, messages } from "./proto";
import { InitialisationFailure } from "./rpc";
import { Rollouts } from "./rollout";
import { providerSettings, settingsFailures } from "./settings";
import { SharedLooks } from "./shared-looks";
import { Hosts } from "./ssh/hosts";
import { survey } from "./survey";
import { fromStruct, hasUnknown, plain, secretLike, toStruct, type JsonObject } from "./values";

/** One configured provider; the methods are named after those of the protocol. */
export class Provider {
  private hosts: Hosts | undefined;
  private readonly looks = new SharedLooks();
  private readonly leases = new Leases();
  private readonly rollouts = new Rollouts();
  private readonly cancellation = new AbortController();
  /** What reads of this run saw, so that its previews can tell exactly what restarts. */
  private readonly seen = new Map<string, LiveHost>();

  constructor(private readonly log: EngineLog) {}

  checkConfig(request: messages.CheckRequest): messages.CheckResponse {
    const failures = Object.entries(settingsFailures(fromStruct(request.getNews())));
    const named = failures.map(([property, reason]) => ({ property, reason }));
    return checkResponse(fromStruct(request.getNews()), named);
  }

  /** Other credentials never replace anything. */
  diffConfig(request: messages.DiffRequest): messages.DiffResponse {
    const news = fromStruct(request.getNews());
    return diffResponse(layerDiff(fromStruct(request.getOldInputs()), news));
  }

  configure(request: messages.ConfigureRequest): messages.ConfigureResponse {
    const settings = providerSettings(fromStruct(request.getArgs()));
    if (settings) this.hosts = new Hosts(settings);
    const response = new messages.ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setSupportspreview(true);
    return response;
  }

  check(request: messages.CheckRequest): messages.CheckResponse {
    const inputs = normalInputs(fromStruct(request.getNews()));
    return checkResponse(inputs, inputFailures(inputs));
  }

  diff(request: messages.DiffRequest): messages.DiffResponse {
    return diffResponse(
      layerDiff(fromStruct(request.getOldInputs()), fromStruct(request.getNews())),
    );
  }

  async create(request: messages.CreateRequest): Promise<messages.CreateResponse> {
    const inputs = fromStruct(request.getProperties());
    const wanted = layerInputs(inputs);
    const response = new messages.CreateResponse();
    response.setProperties(toStruct(inputs));
    if (request.getPreview()) return response;
    const id = `${wanted.host.name}/${wanted.layer}`;
    await this.converge(request.getUrn(), id, inputs, undefined);
    response.setId(id);
    return response;
  }

  async update(request: messages.UpdateRequest): Promise<messages.UpdateResponse> {
    const news = fromStruct(request.getNews());
    const olds = fromStruct(request.getOldInputs());
    const response = new messages.UpdateResponse();
    response.setProperties(toStruct(news));
    if (request.getPreview()) await this.preview(request.getUrn(), news, olds);
    else await this.converge(request.getUrn(), request.getId(), news, layerInputs(olds));
    return response;
  }

  async read(request: messages.ReadRequest): Promise<messages.ReadResponse> {
    const stated = fromStruct(request.getInputs());
    if (!("layer" in stated))
      throw new Error(
        `${hostLayerToken} can't be imported: create it, what is right on the host already stays as it is`,
      );
    const inputs = layerInputs(stated);
    const { found, live } = await readLayer(this.run(), inputs);
    this.seen.set(request.getUrn(), live);
    const wrapped = toStruct(secretLike(stated, found) as JsonObject);
    const response = new messages.ReadResponse();
    response.setId(request.getId());
    response.setInputs(wrapped);
    response.setProperties(wrapped);
    this.logRoundTrips(request.getUrn(), inputs.host);
    return response;
  }

  async delete(request: messages.DeleteRequest): Promise<Empty> {
    const stated = fromStruct(request.getOldInputs());
    const inputs = layerInputs("layer" in stated ? stated : fromStruct(request.getProperties()));
    const urn = request.getUrn();
    try {
      await removeLayer(this.run(), inputs, (text) => this.log.progress(urn, text));
      this.log.quiet(urn);
    } catch (error) {
      const { message } = error as Error;
      throw new Error(
        `${message}; layer ${inputs.layer} was not removed completely: run again, or, if the host is ` +
          `gone for good, forget it with: pulumi state delete '${urn}'`,
        { cause: error },
      );
    }
    return new Empty();
  }

  async invoke(request: messages.InvokeRequest): Promise<messages.InvokeResponse> {
    if (request.getTok() !== surveyToken)
      throw new Error(`unknown function ${request.getTok()}, expected ${surveyToken}`);
    const args = plain(fromStruct(request.getArgs())) as unknown as SurveyArgs;
    const response = new messages.InvokeResponse();
    response.setReturn(toStruct(await survey(this.run().hosts, this.leases, args)));
    for (const host of args.hosts) this.logRoundTrips("", host);
    return response;
  }

  /** Ends all waiting: the operator has interrupted the run. */
  cancel(): Empty {
    this.rollouts.cancel();
    this.cancellation.abort();
    return new Empty();
  }

  /** Gives back the leases and closes the connections. */
  async end(): Promise<void> {
    await this.leases.release();
    this.hosts?.close();
  }

  private run(): Run {
    const { hosts, looks, leases, rollouts } = this;
    if (!hosts) throw new Error("the provider's settings are not known yet");
    return { hosts, looks, leases, rollouts, signal: this.cancellation.signal };
  }

  private async converge(
    urn: string,
    id: string,
    news: JsonObject,
    old: HostLayerInputs | undefined,
  ): Promise<void> {
    const wanted = layerInputs(news);
    try {
      const done = await converge(this.run(), wanted, old, (text) => this.log.progress(urn, text));
      if (done.changes) this.log.debug(urn, planSummary(done));
    } catch (error) {
      if (!(error instanceof Unfinished)) throw error;
      throw new InitialisationFailure(id, news, error.message);
    }
    this.log.quiet(urn);
    this.logRoundTrips(urn, wanted.host);
  }

  private async preview(urn: string, news: JsonObject, olds: JsonObject): Promise<void> {
    if (hasUnknown(olds) || !isPlannable(plain(normalInputs(news)) as JsonObject)) return;
    const text = consequences(layerInputs(news), layerInputs(olds), this.seen.get(urn));
    await this.log.info(urn, text);
  }

  private logRoundTrips(urn: string, { name }: HostConnection): void {
    this.log.debug(urn, `${this.hosts?.roundTrips(name) ?? 0} round trips to ${name} so far`);
  }
}

/** Inputs that `check` has passed, perhaps that of an earlier version, before there were all maps. */
function layerInputs(inputs: JsonObject): HostLayerInputs {
  // check has compared the shape; the protocol itself carries no types
  return plain(normalInputs(inputs)) as unknown as HostLayerInputs;
}

function checkResponse(inputs: JsonObject, failures: readonly Failure[]): messages.CheckResponse {
  const response = new messages.CheckResponse();
  response.setInputs(toStruct(inputs));
  response.setFailuresList(
    failures.map(({ property, reason }) => {
      const failure = new messages.CheckFailure();
      failure.setProperty(property);
      failure.setReason(reason);
      return failure;
    }),
  );
  return response;
}

const kinds: Record<Change, messages.PropertyDiff.Kind> = {
  add: messages.PropertyDiff.Kind.ADD,
  delete: messages.PropertyDiff.Kind.DELETE,
  update: messages.PropertyDiff.Kind.UPDATE,
  replace: messages.PropertyDiff.Kind.UPDATE_REPLACE,
};

function diffResponse(changes: ReadonlyMap<string, Change>): messages.DiffResponse {
  const response = new messages.DiffResponse();
  const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
  const top = (path: string): string => path.split(/[.[]/)[0] ?? path;
  response.setChanges(changes.size > 0 ? DIFF_SOME : DIFF_NONE);
  response.setDeletebeforereplace(true);
  response.setHasdetaileddiff(true);
  response.setDiffsList([...new Set([...changes.keys()].map(top))]);
  response.setReplacesList(
    [...changes].filter(([, change]) => change === "replace").map(([path]) => top(path)),
  );
  for (const [path, change] of changes) {
    const detail = new messages.PropertyDiff();
    detail.setKind(kinds[change]);
    detail.setInputdiff(true);
    response.getDetaileddiffMap().set(path, detail);
  }
  return response;
}
