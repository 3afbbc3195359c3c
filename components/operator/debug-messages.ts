import * as pulumi from "@pulumi/pulumi";

/** What the SDK quotes at the end of its debug messages: the engine's whole answer, secrets as plain text. */
const answer = /, resp: .*$/s;

/** From now on the SDK's debug messages leave out what the engine answered: `--debug` must show no secret. */
export function shortenDebugMessages(): void {
  const { log } = pulumi;
  const { debug } = log;
  const shortened: typeof debug = (message, ...rest) => debug(message.replace(answer, ""), ...rest);
  // the SDK itself logs through this very object
  Object.assign(log, { debug: shortened });
}
