import type { EngineLog } from "../../../../provider/engine/engine-log";
import { fromStruct, toStruct } from "../../../../provider/engine/engine-values";
import { messages } from "../../../../provider/engine/proto";
import { Provider } from "../../../../provider/engine/provider";
import { Hosts } from "../../../../provider/ssh/hosts";
import { appLayer } from "../../../support/provider/app-layer";

const urn = "urn:pulumi:dev::plinth::plinth:index:HostLayer::c-cp1-app";
const changed = { ...appLayer, packages: ["socat"] };

/** A provider whose one host, cp1, is in maintenance, and how often it was asked for anything. */
function inMaintenance(): { provider: Provider; run: jest.SpyInstance } {
  const run = jest.spyOn(Hosts.prototype, "run").mockRejectedValue(new Error("was touched"));
  const log = { debug: () => undefined } as unknown as EngineLog; // all that a refusal could say
  const provider = new Provider(log);
  const settings = new messages.ConfigureRequest();
  settings.setArgs(
    toStruct({ privateKeyFile: "/key", connectTimeoutSeconds: 10, maintenance: ["cp1"] }),
  );
  provider.configure(settings);
  return { provider, run };
}

function createRequest(preview: boolean): messages.CreateRequest {
  const request = new messages.CreateRequest();
  request.setUrn(urn);
  request.setProperties(toStruct(appLayer));
  request.setPreview(preview);
  return request;
}

function updateRequest(news: object, preview: boolean): messages.UpdateRequest {
  const request = new messages.UpdateRequest();
  request.setUrn(urn);
  request.setOldInputs(toStruct(appLayer));
  request.setNews(toStruct(news));
  request.setPreview(preview);
  return request;
}

function deleteRequest(): messages.DeleteRequest {
  const request = new messages.DeleteRequest();
  request.setUrn(urn);
  request.setOldInputs(toStruct(appLayer));
  return request;
}

afterEach(() => jest.restoreAllMocks());

describe("a host in maintenance is not touched, and the way out is named, where its layer", () => {
  test.each<[string, (provider: Provider) => Promise<unknown>, RegExp]>([
    [
      "would be made",
      (provider) => provider.create(createRequest(false)),
      /^cp1: is in maintenance, so its layer app can't be made; .* leave the host out of the config/,
    ],
    [
      "would be made, in a preview",
      (provider) => provider.create(createRequest(true)),
      /^cp1: is in maintenance, so its layer app can't be made; .* leave the host out of the config/,
    ],
    [
      "would be changed",
      (provider) => provider.update(updateRequest(changed, false)),
      /^cp1: is in maintenance, so its layer app can't be changed: end the maintenance first$/,
    ],
    [
      "would be changed, in a preview",
      (provider) => provider.update(updateRequest(changed, true)),
      /^cp1: is in maintenance, so its layer app can't be changed: end the maintenance first$/,
    ],
    [
      "would be removed",
      (provider) => provider.delete(deleteRequest()),
      /^cp1: is in maintenance, so its layer app can't be removed: .* pulumi state delete 'urn/,
    ],
  ])("%s", async (_, call, refusal) => {
    const { provider, run } = inMaintenance();
    await expect(call(provider)).rejects.toThrow(refusal);
    expect(run).not.toHaveBeenCalled();
  });

  test("is the same, which is no change", async () => {
    const { provider, run } = inMaintenance();
    await provider.update(updateRequest(appLayer, false));
    expect(run).not.toHaveBeenCalled();
  });

  test("is read, and the state says that nobody has looked", async () => {
    const { provider, run } = inMaintenance();
    const request = new messages.ReadRequest();
    request.setUrn(urn);
    request.setId("cp1/app");
    request.setInputs(toStruct(appLayer));
    const response = await provider.read(request);
    expect(fromStruct(response.getInputs())).toEqual({
      ...appLayer,
      unseen: "not looked at, the host was in maintenance",
    });
    expect(run).not.toHaveBeenCalled();
  });
});
