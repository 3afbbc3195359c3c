import type { Rollout } from "../../../../provider/api";
import type { EngineLog } from "../../../../provider/engine/engine-log";
import { fromStruct, toStruct } from "../../../../provider/engine/engine-values";
import { messages } from "../../../../provider/engine/proto";
import { Provider } from "../../../../provider/engine/provider";
import { unknownValue } from "../../../../provider/json";
import type { HostLayerInputs } from "../../../../provider/layer/layer-inputs";
import { ConnectionError } from "../../../../provider/ssh/connection-errors";
import { Hosts } from "../../../../provider/ssh/hosts";
import { ToldHosts, type Told } from "../../../support/fakes/told-hosts";
import { appHost, appLayer, file } from "../../../support/provider/app-layer";

const urn = "urn:pulumi:dev::plinth::plinth:index:HostLayer::c-cp1-app";
const command = { command: ["help", "{host}"], deadlineSeconds: 5 };
const rollout: Rollout = { group: "app", maxUnavailable: 1 };
const silent = new ConnectionError("cp3 (10.0.0.1:22): not reachable", "look", "nobody");

afterEach(() => jest.restoreAllMocks());

function layerOf(name: string, parts: Partial<HostLayerInputs> = {}): HostLayerInputs {
  return { ...appLayer, host: { ...appLayer.host, name }, rollout, ...parts };
}

/** One run of the provider, called as the engine calls it. */
class EngineRun {
  readonly said: string[] = [];
  readonly hosts: ToldHosts;
  private readonly provider: Provider;

  constructor(settings: object = {}, told: Readonly<Record<string, Told>> = {}) {
    const say = (_: string, text: string): void => void this.said.push(text);
    const log = {
      debug: () => undefined,
      progress: () => undefined,
      clearProgress: () => undefined,
    };
    this.provider = new Provider({ ...log, warn: say, info: say } as unknown as EngineLog); // all it says
    this.hosts = new ToldHosts(told);
    jest
      .spyOn(Hosts.prototype, "run")
      .mockImplementation((host, steps) => this.hosts.run(host, steps));
    const request = new messages.ConfigureRequest();
    request.setArgs(toStruct({ privateKeyFile: "/key", connectTimeoutSeconds: 10, ...settings }));
    this.provider.configure(request);
  }

  check(inputs: object): void {
    const request = new messages.CheckRequest();
    request.setNews(toStruct(inputs));
    expect(this.provider.check(request).getFailuresList()).toEqual([]);
  }

  diff(olds: object, news: object): void {
    const request = new messages.DiffRequest();
    request.setOldInputs(toStruct(olds));
    request.setNews(toStruct(news));
    this.provider.diff(request);
  }

  /** A layer as it should be. */
  show(inputs: object): void {
    this.check(inputs);
    this.diff(inputs, inputs);
  }

  async create(inputs: object, preview: boolean): Promise<void> {
    const request = new messages.CreateRequest();
    request.setUrn(urn);
    request.setProperties(toStruct(inputs));
    request.setPreview(preview);
    await this.provider.create(request);
  }

  async preview(olds: object, news: object): Promise<void> {
    const request = new messages.UpdateRequest();
    request.setUrn(urn);
    request.setOldInputs(toStruct(olds));
    request.setNews(toStruct(news));
    request.setPreview(true);
    await this.provider.update(request);
  }

  async read(inputs: object): Promise<object> {
    const request = new messages.ReadRequest();
    request.setUrn(urn);
    request.setInputs(toStruct(inputs));
    return fromStruct((await this.provider.read(request)).getInputs());
  }

  async delete(inputs: object): Promise<void> {
    const request = new messages.DeleteRequest();
    request.setUrn(urn);
    request.setOldInputs(toStruct(inputs));
    await this.provider.delete(request);
  }
}

const helping: Rollout = { ...rollout, help: { app: { beforeRemoval: command } } };
const there: Told = { looks: [appHost()] };

describe("who helps in a run", () => {
  test("are the hosts whose layers the engine has shown", async () => {
    const run = new EngineRun({}, { cp3: there });
    run.show(layerOf("cp1", { rollout: helping }));
    await run.delete(layerOf("cp3"));
    expect(run.hosts.calls).toEqual(["cp1 help cp3", "cp3 forget_layer"]);
  });

  test("are no hosts in maintenance, and none that only the state knows", async () => {
    const run = new EngineRun({ maintenance: ["cp1"] }, { cp3: there });
    run.check(layerOf("cp1", { rollout: helping }));
    run.diff(layerOf("cp2", { rollout: helping }), layerOf("cp2", { rollout: helping }));
    await run.delete(layerOf("cp3"));
    expect(run.hosts.calls).toEqual(["cp3 forget_layer"]);
  });

  test("is not known while a rollout is unknown", () => {
    const run = new EngineRun();
    expect(() => run.check({ ...layerOf("cp1"), rollout: unknownValue })).not.toThrow();
  });
});

describe("a turn", () => {
  test("waits for layers that were shown, and not for those without a difference", async () => {
    const outdated: Told = {
      looks: [appHost({ hashes: { "/etc/app.conf": "0".repeat(64) } })],
    };
    const run = new EngineRun({}, { cp1: outdated, cp3: there });
    for (const name of ["cp1", "cp2"]) run.check(layerOf(name));
    const removed = run.delete(layerOf("cp3"));
    run.diff(layerOf("cp1"), layerOf("cp1", { files: {} }));
    run.diff(layerOf("cp2"), layerOf("cp2"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(run.hosts.calls).toEqual([]);
    for (const name of ["cp1", "cp2"]) run.diff(layerOf(name), layerOf(name));
    await removed;
    expect(run.hosts.calls).toEqual(["cp3 forget_layer"]);
  });
});

describe("a held group", () => {
  const held = { ...rollout, held: "cp2 is away" };
  const refusal = "can't be changed: cp2 is away";
  const joining: Rollout = {
    ...held,
    prepare: { command: ["join"], deadlineSeconds: 5, inTurn: true },
  };
  const stopped = { "app.service": { ...appLayer.units["app.service"], running: false } };

  test.each([true, false])("refuses a member that would join (preview: %s)", async (preview) => {
    await expect(
      new EngineRun().create(layerOf("cp1", { rollout: joining }), preview),
    ).rejects.toThrow(refusal);
  });

  test("refuses in the preview that a member that is there joins by a start", async () => {
    const olds = { ...layerOf("cp1"), units: stopped };
    const news = layerOf("cp1", { rollout: joining });
    await expect(new EngineRun().preview(olds, news)).rejects.toThrow(refusal);
    const calm = layerOf("cp1", { rollout: held });
    await expect(new EngineRun().preview(olds, calm)).resolves.toBeUndefined();
  });

  test("refuses to replace a layer, which would take it away first", () => {
    const news = layerOf("cp1", { rollout: held, cluster: "new" });
    expect(() => new EngineRun().diff(layerOf("cp1"), news)).toThrow(refusal);
  });
});

test("a preview tells the help around a restart", async () => {
  const run = new EngineRun();
  const around = { beforeChange: command, afterChange: { ...command, command: ["back"] } };
  run.check(layerOf("cp2", { rollout: { ...rollout, help: { app: around } } }));
  await run.preview(
    layerOf("cp1"),
    layerOf("cp1", { files: { ...appLayer.files, "/etc/app.conf": file("2") } }),
  );
  expect(run.said).toEqual([
    'restarts app on cp1 (one host of app at a time, after "help cp1" on cp2, then "back" on cp2)',
  ]);
});

describe("a lost host", () => {
  const lost = { lost: ["cp3"] };

  test("is read as it is stated, without a connection", async () => {
    const run = new EngineRun(lost, { cp3: { error: new Error("was asked") } });
    expect(await run.read(layerOf("cp3"))).toEqual(layerOf("cp3"));
  });

  test("is not touched, and a warning says so", async () => {
    const run = new EngineRun(lost, { cp3: { error: silent } });
    run.show(layerOf("cp1", { rollout: helping }));
    await run.delete(layerOf("cp3"));
    expect(run.hosts.calls).toEqual(["cp1 help cp3"]);
    expect(run.said.join()).toContain("cp3 is lost, so nothing on it was cleaned: its layer app");
  });

  test.each([
    [{}, { error: silent }, /not removed completely: run again, or, .* lost: \[cp3\]$/],
    [
      {},
      { looks: [{ ...appHost(), marker: { cluster: "d" } }] },
      /run again, or, .*: pulumi state delete 'urn:.*'$/,
    ],
    [
      lost,
      there,
      /it is not lost; take it out of lost; layer app was not removed completely: run again$/,
    ],
  ])(
    "is what the error of a removal speaks of where that helps (%j)",
    async (settings, told, text) => {
      await expect(new EngineRun(settings, { cp3: told }).delete(layerOf("cp3"))).rejects.toThrow(
        text,
      );
    },
  );
});
