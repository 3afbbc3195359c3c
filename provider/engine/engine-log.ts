/** Messages of the provider in the operator's terminal, beside the resource they are about. */
import { engine, engineService, grpc } from "./proto";

/** Sends messages to the engine; without one (in some tests) it sends nothing. */
export class EngineLog {
  private readonly client: engineService.EngineClient | undefined;
  /** Messages on their way. */
  private readonly sending = new Set<Promise<void>>();

  constructor(address: string | undefined) {
    if (address !== undefined)
      this.client = new engineService.EngineClient(address, grpc.credentials.createInsecure());
  }

  /** What is being done right now; the next one takes its place. */
  progress(urn: string, message: string): void {
    void this.send(urn, message, engine.LogSeverity.INFO, true);
  }

  /** Clears the last progress message. */
  clearProgress(urn: string): void {
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

  /** Resolved when the engine has every message, or can't be reached any more. */
  async delivered(): Promise<void> {
    await Promise.all(this.sending);
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
    const sent = new Promise<void>((resolve) =>
      client ? client.log(request, () => resolve()) : resolve(),
    );
    this.sending.add(sent);
    return sent.finally(() => this.sending.delete(sent));
  }
}
