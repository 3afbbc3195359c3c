import type { EngineLog } from "../../../../provider/engine/engine-log";
import { toStruct } from "../../../../provider/engine/engine-values";
import { messages } from "../../../../provider/engine/proto";
import { Provider } from "../../../../provider/engine/provider";
import { Hosts } from "../../../../provider/ssh/hosts";
import { appLayer } from "../../../support/provider/app-layer";

const urn = "urn:pulumi:dev::plinth::plinth:index:HostLayer::c-cp1-app";

afterEach(() => jest.restoreAllMocks());

/** A refresh of `appLayer` on a host with a marker. */
function refreshed(marker: object): Promise<messages.ReadResponse> {
  const stdout = `\n@text\n/etc/plinth/cluster.json:${JSON.stringify(marker)}\n`;
  jest.spyOn(Hosts.prototype, "run").mockResolvedValue({ stdout });
  jest.spyOn(Hosts.prototype, "roundTrips").mockReturnValue(1);
  const log = { debug: () => undefined } as unknown as EngineLog; // all that a refresh says
  const provider = new Provider(log);
  const settings = new messages.ConfigureRequest();
  settings.setArgs(toStruct({ privateKeyFile: "/key", connectTimeoutSeconds: 10 }));
  provider.configure(settings);
  const request = new messages.ReadRequest();
  request.setUrn(urn);
  request.setId("cp1/app");
  request.setInputs(toStruct(appLayer));
  return provider.read(request);
}

describe("a refresh", () => {
  test("reads a layer of its own host", async () => {
    expect((await refreshed({ cluster: "c", host: "cp1" })).getId()).toBe("cp1/app");
  });

  test.each([
    ["another host of the cluster has its address now", { cluster: "c", host: "w9" }],
    ["another cluster has its machine now", { cluster: "d", host: "cp1" }],
  ])("names the way out where %s", async (_, marker) => {
    await expect(refreshed(marker)).rejects.toThrow(
      new RegExp(`^cp1: .*, or, if the host is gone for good, .* pulumi state delete '${urn}'$`),
    );
  });
});
