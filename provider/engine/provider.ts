/** The resource provider as the engine calls it. */
import { hostLayerToken, surveyToken, type HostConnection, type SurveyArgs } from "../api";
import type { HostLayerInputs } from "../layer/layer-inputs";
import { inputFailures, normalInputs } from "../layer/input-checks";
import { restartNotesLine, interrupts } from "../plan/restart-notes";
import { layerDiff } from "../plan/diff";
import type { EngineLog } from "./engine-log";
import { InitialisationFailure } from "./initialisation-failure";
import { converge, readLayer, removeLayer, Unfinished, type Run } from "../apply/converge";
import { Leases } from "../lease/lease";
import { wantedLayer, type WantedLayer } from "../layer/wanted-layer";
import { liveLayer } from "../look/live-layer";
import type { LiveHost } from "../look/live-state";
import { ForeignHost, refuseForeign } from "../look/ask-host";
import { inMaintenance, refusals, whyUnseen, unseenProperty } from "../apply/maintenance";
import { restartNotes, isPlannable, planSummary } from "../plan/preview-text";
import { Empty, messages } from "./proto";
import { checkResponse, diffResponse } from "./responses";
import { Rollouts } from "../apply/rollout";
import { providerSettings, settingsFailures } from "../settings";
import { LookCache } from "../look/look-cache";
import { ConnectionError } from "../ssh/connection";
import { Hosts } from "../ssh/hosts";
import { survey } from "../survey/survey";
import { fromStruct, toStruct } from "./engine-values";
import { hasUnknown, withoutSecrets, secretLike, type JsonObject } from "../json";

/** One configured provider; the methods are named after those of the protocol. */
export class Provider {
  private hosts: Hosts | undefined;
  private readonly looks = new LookCache();
  private readonly leases = new Leases();
  private readonly rollouts = new Rollouts();
  private readonly cancellation = new AbortController();
  /** Whose the survey of this run found hosts to be, so that previews refuse what the run would. */
  private readonly owners = new Map<string, Pick<LiveHost, "marker">>();
  /** What reads of this run saw, so that its previews can tell exactly what restarts. */
  private readonly liveReads = new Map<string, LiveHost>();

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
    // what a host in maintenance is said to have comes from the state, with the marks of a read
    const failures = this.leavesAlone(layerInputs(inputs)) ? [] : inputFailures(inputs);
    return checkResponse(inputs, failures);
  }

  diff(request: messages.DiffRequest): messages.DiffResponse {
    return diffResponse(
      layerDiff(fromStruct(request.getOldInputs()), fromStruct(request.getNews())),
    );
  }

  async create(request: messages.CreateRequest): Promise<messages.CreateResponse> {
    const news = fromStruct(request.getProperties());
    const inputs = layerInputs(news);
    if (this.leavesAlone(inputs)) throw inMaintenance(inputs, refusals.create);
    refuseForeign({ ...this.owners.get(inputs.host.name) }, inputs, true);
    const response = new messages.CreateResponse();
    response.setProperties(toStruct(outputs(news)));
    if (request.getPreview()) return response;
    const id = `${inputs.host.name}/${inputs.layer}`;
    await this.converge(request.getUrn(), id, news, wantedLayer(inputs));
    response.setId(id);
    return response;
  }

  async update(request: messages.UpdateRequest): Promise<messages.UpdateResponse> {
    const news = fromStruct(request.getNews());
    const olds = fromStruct(request.getOldInputs());
    const [inputs, old] = [layerInputs(news), layerInputs(olds)];
    const response = new messages.UpdateResponse();
    response.setProperties(toStruct(outputs(news)));
    if (this.leavesAlone(inputs)) {
      // an earlier change that did not finish makes the engine ask for the same once more
      if (layerDiff(olds, news).size > 0) throw inMaintenance(inputs, refusals.update);
      return response;
    }
    const urn = request.getUrn();
    if (request.getPreview()) {
      // without all that a plan looks into there is nothing to tell
      if (isPlannable(inputs) && !hasUnknown(olds))
        await this.preview(urn, wantedLayer(inputs), wantedLayer(old));
    } else await this.converge(urn, request.getId(), news, wantedLayer(inputs), wantedLayer(old));
    return response;
  }

  async read(request: messages.ReadRequest): Promise<messages.ReadResponse> {
    const stated = fromStruct(request.getInputs());
    if (!("layer" in stated))
      throw new Error(
        `${hostLayerToken} can't be imported: create it, what is right on the host already stays as it is`,
      );
    const response = new messages.ReadResponse();
    response.setId(request.getId());
    response.setInputs(toStruct(await this.liveInputs(request.getUrn(), stated)));
    response.setProperties(toStruct(outputs(stated)));
    return response;
  }

  async delete(request: messages.DeleteRequest): Promise<Empty> {
    const inputs = layerInputs(fromStruct(request.getOldInputs()));
    const urn = request.getUrn();
    if (this.leavesAlone(inputs)) throw inMaintenance(inputs, refusals.delete + forgetCommand(urn));
    try {
      await removeLayer(this.run(), wantedLayer(inputs), (text) => this.log.progress(urn, text));
      this.log.clearProgress(urn);
    } catch (error) {
      const { message } = error as Error;
      throw new Error(
        `${message}; layer ${inputs.layer} was not removed completely: run again${forgetCommand(urn)}`,
        { cause: error },
      );
    }
    return new Empty();
  }

  async invoke(request: messages.InvokeRequest): Promise<messages.InvokeResponse> {
    if (request.getTok() !== surveyToken)
      throw new Error(`unknown function ${request.getTok()}, expected ${surveyToken}`);
    const args = withoutSecrets(fromStruct(request.getArgs())) as unknown as SurveyArgs;
    const response = new messages.InvokeResponse();
    const found = await survey(this.run().hosts, this.leases, args);
    for (const [host, { facts }] of Object.entries(found.hosts))
      if (facts?.owner) this.owners.set(host, { marker: facts.owner });
    response.setReturn(toStruct(found));
    for (const host of args.hosts) this.logRoundTrips("", host);
    return response;
  }

  /** Ends all waiting: the operator has interrupted the run. */
  cancel(): Empty {
    this.rollouts.cancel();
    this.cancellation.abort();
    return new Empty();
  }

  /** Releases the leases, closes the connections and flushes its last messages. */
  async end(): Promise<void> {
    await this.leases.release();
    this.hosts?.close();
    await this.log.delivered();
  }

  /** Of inputs in whatever state: `check` has not seen them yet. */
  private leavesAlone({ host }: { readonly host?: { readonly name?: string } }): boolean {
    return this.hosts?.settings.maintenance.includes(host?.name ?? "") ?? false;
  }

  /**
   * What the host has. One that is out of reach ends no refresh, which knows the last run's settings
   * alone: the run's own survey knows what it may do without. An address that is another host's fails it.
   */
  private async liveInputs(urn: string, stated: JsonObject): Promise<JsonObject> {
    const inputs = layerInputs(stated);
    if (this.leavesAlone(inputs)) return { ...stated, [unseenProperty]: whyUnseen.inMaintenance };
    try {
      const { found, host } = await readLayer(this.run(), wantedLayer(inputs));
      this.liveReads.set(urn, host);
      this.logRoundTrips(urn, inputs.host);
      return secretLike(stated, found) as JsonObject; // a map, as `found` is
    } catch (error) {
      if (error instanceof ForeignHost)
        throw new ForeignHost(`${error.message}${forgetCommand(urn)}`, { cause: error });
      if (!(error instanceof ConnectionError)) throw error;
      this.log.warn(urn, `${error.message}; layer ${inputs.layer} is shown as it was stated`);
      return { ...stated, [unseenProperty]: whyUnseen.unreachable };
    }
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
    wanted: WantedLayer,
    old?: WantedLayer,
  ): Promise<void> {
    try {
      const done = await converge(this.run(), wanted, old, (text) => this.log.progress(urn, text));
      if (done.changes) this.log.debug(urn, planSummary(done));
    } catch (error) {
      if (!(error instanceof Unfinished)) throw error;
      throw new InitialisationFailure(id, news, outputs(news), error.message);
    }
    this.log.clearProgress(urn);
    this.logRoundTrips(urn, wanted.inputs.host);
  }

  private async preview(urn: string, wanted: WantedLayer, old: WantedLayer): Promise<void> {
    const seen = this.liveReads.get(urn);
    const found = restartNotes(wanted, old, seen && liveLayer(wanted, seen));
    const { host, rollout } = wanted.inputs;
    if (rollout?.held !== undefined && interrupts(found))
      throw new Error(`${host.name}: can't be changed: ${rollout.held}`);
    await this.log.info(urn, restartNotesLine(found));
  }

  private logRoundTrips(urn: string, { name }: HostConnection): void {
    this.log.debug(urn, `${this.hosts?.roundTrips(name) ?? 0} round trips to ${name} so far`);
  }
}

/**
 * What the state keeps of a layer beside its inputs: nothing twice, for the engine reads and writes
 * the whole state again and again.
 */
function outputs({ cluster, layer }: JsonObject): JsonObject {
  return { cluster: cluster ?? "", layer: layer ?? "" };
}

/**
 * Inputs that `check` has passed, perhaps that of an earlier version, before there were all maps;
 * without what an earlier read noted beside them.
 */
function layerInputs({ unseen: _, unfinished: __, ...inputs }: JsonObject): HostLayerInputs {
  // check has compared the shape; the protocol itself carries no types
  return withoutSecrets(normalInputs(inputs)) as unknown as HostLayerInputs;
}

function forgetCommand(urn: string): string {
  return `, or, if the host is gone for good, forget it with: pulumi state delete '${urn}'`;
}
