/** The resource provider as the engine calls it. */
import { hostLayerToken, type HostConnection } from "../api";
import { inputFailures, normalInputs } from "../layer/input-checks";
import { layerDiff } from "../plan/diff";
import type { EngineLog } from "./engine-log";
import { functionResult } from "./functions";
import { InitialisationFailure } from "./initialisation-failure";
import { converge, readLayer, Unfinished } from "../apply/converge";
import { Helpers } from "../apply/helpers";
import { forgetLostLayer, leftBehind, removeLayer } from "../apply/removal-turn";
import type { Run } from "../apply/run";
import { Leases } from "../lease/lease";
import { wantedLayer, type WantedLayer } from "../layer/wanted-layer";
import type { LiveHost } from "../look/live-state";
import { ForeignHost, refuseForeign } from "../look/ask-host";
import { inMaintenance, refusals, refuseHeld } from "../apply/maintenance";
import { isPlannable, planSummary } from "../plan/preview-text";
import { Empty, messages } from "./proto";
import { previewLine } from "./preview-line";
import { checkResponse, diffResponse } from "./responses";
import { Rollouts } from "../apply/rollout";
import { providerSettings, settingsFailures } from "../settings";
import { LookCache } from "../look/look-cache";
import { ConnectionError } from "../ssh/connection-errors";
import { Hosts } from "../ssh/hosts";
import { fromStruct, toStruct } from "./engine-values";
import { forgetCommand, layerInputs, outputs, removalFailure, unseenInputs } from "./stated-layer";
import { hasUnknown, isObject, withoutSecrets, secretLike, type JsonObject } from "../json";

/** One configured provider; the methods are named after those of the protocol. */
export class Provider {
  private hosts: Hosts | undefined;
  private readonly looks = new LookCache();
  private readonly leases = new Leases();
  private readonly rollouts = new Rollouts();
  private readonly helpers = new Helpers();
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
    const layer = layerInputs(inputs);
    // what a host in maintenance is said to have comes from the state, with the marks of a read
    if (this.leavesAlone(layer)) return checkResponse(inputs, []);
    const failures = inputFailures(inputs);
    // while it is unknown, it is no map yet
    if (failures.length === 0 && isObject(layer.rollout)) {
      this.helpers.register(layer);
      this.rollouts.expect(layer.rollout, layer.host.name, layer.layer);
    }
    return checkResponse(inputs, failures);
  }

  diff(request: messages.DiffRequest): messages.DiffResponse {
    const news = fromStruct(request.getNews());
    const changes = layerDiff(fromStruct(request.getOldInputs()), news);
    const inputs = layerInputs(news);
    const { rollout, host, layer } = inputs;
    if (rollout && changes.size === 0) this.rollouts.unchanged(rollout, host.name, layer);
    if ([...changes.values()].includes("replace")) refuseHeld(inputs);
    return diffResponse(changes);
  }

  async create(request: messages.CreateRequest): Promise<messages.CreateResponse> {
    const news = fromStruct(request.getProperties());
    const inputs = layerInputs(news);
    if (this.leavesAlone(inputs)) throw inMaintenance(inputs, refusals.create);
    refuseForeign({ ...this.owners.get(inputs.host.name) }, inputs, true);
    if (inputs.rollout?.prepare?.inTurn) refuseHeld(inputs);
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
        await this.log.info(
          urn,
          previewLine(this.helpers, wantedLayer(inputs), wantedLayer(old), this.liveReads.get(urn)),
        );
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
    const isLost = this.isNamed("lost", inputs);
    const remove = isLost ? forgetLostLayer : removeLayer;
    try {
      await remove(this.run(), wantedLayer(inputs), (text) => this.log.progress(urn, text));
    } catch (error) {
      throw removalFailure(error, inputs, urn);
    }
    if (isLost) this.log.warn(urn, leftBehind(inputs));
    this.log.clearProgress(urn);
    return new Empty();
  }

  async invoke(request: messages.InvokeRequest): Promise<messages.InvokeResponse> {
    const args = withoutSecrets(fromStruct(request.getArgs())) as JsonObject; // arguments are a map
    const { value, called, owners } = await functionResult(request.getTok(), args, this.run());
    for (const [host, marker] of owners) this.owners.set(host, { marker });
    for (const host of called) this.logRoundTrips("", host);
    const response = new messages.InvokeResponse();
    response.setReturn(toStruct(value));
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

  private leavesAlone(inputs: { readonly host?: { readonly name?: string } }): boolean {
    return this.isNamed("maintenance", inputs);
  }

  /** Of inputs in whatever state: `check` has not seen them yet. */
  private isNamed(
    setting: "maintenance" | "lost",
    { host }: { readonly host?: { readonly name?: string } },
  ): boolean {
    return this.hosts?.settings[setting].includes(host?.name ?? "") ?? false;
  }

  /**
   * What the host has. One that is out of reach ends no refresh, which knows the last run's settings
   * alone: the run's own survey knows what it may do without. An address that is another host's fails it.
   */
  private async liveInputs(urn: string, stated: JsonObject): Promise<JsonObject> {
    const inputs = layerInputs(stated);
    if (this.leavesAlone(inputs)) return unseenInputs(stated, "inMaintenance");
    if (this.isNamed("lost", inputs)) return stated;
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
      return unseenInputs(stated, "unreachable");
    }
  }

  private run(): Run {
    const { hosts, looks, leases, rollouts, helpers } = this;
    if (!hosts) throw new Error("the provider's settings are not known yet");
    return { hosts, looks, leases, rollouts, helpers, signal: this.cancellation.signal };
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

  private logRoundTrips(urn: string, { name }: HostConnection): void {
    this.log.debug(urn, `${this.hosts?.roundTrips(name) ?? 0} round trips to ${name} so far`);
  }
}
