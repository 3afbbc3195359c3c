/** Entry point of the resource provider: `pulumi-resource-plinth <address of the engine>`. */
import { EngineLog } from "./engine-log";
import { grpc } from "./proto";
import { providerServer } from "./grpc-server";
import { Provider } from "./provider";

const version = "0.1.0";
/** How long a shutdown waits for leases to be released, and for the engine to take the last messages. */
const shutdownGraceMs = 2000;

const engineAddress = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
const provider = new Provider(new EngineLog(engineAddress));

let ending = false;
function end(): void {
  if (ending) return;
  ending = true;
  setTimeout(() => process.exit(0), shutdownGraceMs);
  void provider.end().finally(() => process.exit(0));
}
process.on("SIGINT", end);
process.on("SIGTERM", end);

// an engine that was killed does not end its providers
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) end();
}, 1000).unref();

const server = providerServer(provider, version);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  // the engine reads the port from the first line
  console.log(String(port));
});
