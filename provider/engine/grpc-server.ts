/** The gRPC plumbing between the engine and a `Provider`. */
import { InitialisationFailure } from "./initialisation-failure";
import { Any, Empty, grpc, messages, plugin, service, status } from "./proto";
import type { Provider } from "./provider";
import { toStruct } from "./engine-values";

type Handler = grpc.UntypedHandleCall;

/** A server that speaks Pulumi's resource provider protocol. */
export function providerServer(provider: Provider, version: string): grpc.Server {
  const unlimited = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
  const server = new grpc.Server(unlimited);
  const handlers: Record<string, Handler> = {
    handshake: unary(handshake),
    getPluginInfo: unary(() => pluginInfo(version)),
    getSchema: unary(schema),
    attach: unary(() => new Empty()),
    checkConfig: unary((request: messages.CheckRequest) => provider.checkConfig(request)),
    diffConfig: unary((request: messages.DiffRequest) => provider.diffConfig(request)),
    configure: unary((request: messages.ConfigureRequest) => provider.configure(request)),
    check: unary((request: messages.CheckRequest) => provider.check(request)),
    diff: unary((request: messages.DiffRequest) => provider.diff(request)),
    create: unary((request: messages.CreateRequest) => provider.create(request)),
    read: unary((request: messages.ReadRequest) => provider.read(request)),
    update: unary((request: messages.UpdateRequest) => provider.update(request)),
    delete: unary((request: messages.DeleteRequest) => provider.delete(request)),
    invoke: unary((request: messages.InvokeRequest) => provider.invoke(request)),
    cancel: unary(() => provider.cancel()),
  };
  // methods without a handler are answered as unimplemented by the library
  server.addService(service.ResourceProviderService, handlers);
  return server;
}

function unary<Request, Response>(
  handle: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => handle(call.request))
      .then((response) => callback(null, response))
      .catch((error: unknown) => callback(serviceError(error)));
  };
}

function serviceError(error: unknown): Partial<grpc.StatusObject> {
  const details = error instanceof Error ? error.message : String(error);
  if (!(error instanceof InitialisationFailure)) return { code: grpc.status.UNKNOWN, details };
  const failed = new messages.ErrorResourceInitFailed();
  failed.setId(error.id);
  failed.setProperties(toStruct(error.outputs));
  failed.setInputs(toStruct(error.inputs));
  failed.setReasonsList([error.message]);
  const detail = new Any();
  detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const full = new status.Status();
  full.setCode(grpc.status.UNKNOWN);
  full.setMessage(details);
  full.addDetails(detail);
  const metadata = new grpc.Metadata();
  // the field in which gRPC carries structured errors
  metadata.add("grpc-status-details-bin", Buffer.from(full.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details, metadata };
}

function handshake(): messages.ProviderHandshakeResponse {
  const response = new messages.ProviderHandshakeResponse();
  response.setAcceptSecrets(true);
  return response;
}

function pluginInfo(version: string): plugin.PluginInfo {
  const info = new plugin.PluginInfo();
  info.setVersion(version);
  return info;
}

function schema(): messages.GetSchemaResponse {
  const response = new messages.GetSchemaResponse();
  response.setSchema("{}");
  return response;
}
