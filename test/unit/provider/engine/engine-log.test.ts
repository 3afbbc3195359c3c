import { EngineLog } from "../../../../provider/engine/engine-log";
import { Empty, engine, engineService, grpc } from "../../../../provider/engine/proto";

describe("messages to the engine", () => {
  const heard: string[] = [];
  const server = new grpc.Server();
  let address = "";

  beforeAll(async () => {
    server.addService(engineService.EngineService, {
      log: (
        { request }: { request: engine.LogRequest },
        callback: (error: null, response: Empty) => void,
      ) =>
        setTimeout(() => {
          heard.push(request.getMessage());
          callback(null, new Empty());
        }, 50),
    });
    const insecure = grpc.ServerCredentials.createInsecure();
    address = await new Promise<string>((resolve, reject) =>
      server.bindAsync("127.0.0.1:0", insecure, (error, port) =>
        error ? reject(error) : resolve(`127.0.0.1:${port}`),
      ),
    );
  });
  afterAll(() => server.forceShutdown());

  test("are all heard by an engine that is slow, before the provider ends", async () => {
    const log = new EngineLog(address);
    log.debug("urn", "first");
    log.warn("urn", "last");
    await log.delivered();
    expect(heard.sort()).toEqual(["first", "last"]);
  });

  test("hold up nothing where there is no engine", async () => {
    const log = new EngineLog(undefined);
    log.debug("urn", "into the void");
    await expect(log.delivered()).resolves.toBeUndefined();
  });
});
