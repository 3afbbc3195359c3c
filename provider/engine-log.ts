/** Messages of the provider in the operator's terminal, beside the resource they are about. */
import { engine, engineService, grpc } from "./proto";

/** Speaks to the engine; without one (in some tests) it says nothing. */
export class EngineLog {
  private readonly client: engineService.EngineClient | undefined;

  constructor(address: string | undefined) {
    if (address !== undefined)
      this.client = new engineService.EngineClient(address, grpc.credentials.createInsecure());
  }

  /** What is being done right now; the next one takes its place. */
  progress(urn: string, message: string): void {
    void this.send(urn, message, engine.LogSeverity.INFO, true);
  }

  /** Takes the last progress message away. */
  quiet(urn: string): void {
    void this.send(urn, "", engine.LogSeverity.INFO, true);
  }

  /** A lasting line; resolved when the engine has it. */
  info(urn: string, message: string): Promise<void> {
    return this.send(urn, message, engine.LogSeverity.INFO, false);
  }

  warn(urn: string, message: string): void {
    void this.send(urn, message, engine.LogSeverity.WARNING, false);
  }

  debug(urn: string, message: string): void {
    void this.send(urn, message, engine.LogSeverity.DEBUG, false);
  }

  private send(
    urn: string,
    message: string,
    severity: engine.LogSeverity,
    ephemeral: boolean,
  ): Promise<void> {
    const request = new engine.LogRequest();
    request.setUrn(urn);
    request.setMessage(message);
    request.setSeverity(severity);
    request.setEphemeral(ephemeral);
    const { client } = this;
    // a message that can't be shown is no reason to fail
    return new Promise((resolve) => (client ? client.log(request, () => resolve()) : resolve()));
  }
}
