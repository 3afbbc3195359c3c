/** Steps that wait until a layer counts as applied. */
import type { ReadyCheck } from "../api";
import type { HostLayerInputs } from "../layer/layer-inputs";
import { each, type Step } from "../ssh/framing";

/** Steps that wait until the layer counts as applied. */
export function readySteps(inputs: HostLayerInputs): Step[] {
  const watched = inputs.unitOrder.filter((name) => inputs.units[name]?.running);
  return [
    ...inputs.ready.map((check): Step => {
      const [what, ...command] = readyCommand(check);
      return ["wait_for", what, String(check.deadlineSeconds), watched.join(" "), ...command];
    }),
    ...each("verify_units", watched),
  ];
}

function readyCommand(check: ReadyCheck): [what: string, ...command: string[]] {
  switch (check.kind) {
    case "unit":
      return [check.unit, "ready_unit", check.unit];
    case "tcp":
      return [`${check.address}:${check.port}`, "ready_tcp", check.address, String(check.port)];
    case "https":
      return [
        check.url,
        "ready_https",
        check.url,
        check.caFile,
        check.certFile ?? "",
        check.keyFile ?? "",
      ];
    case "command":
      return [`"${check.command.join(" ")}"`, "ready_command", ...check.command];
  }
}
