/** One resource that a preview shows: what happens to it, its id and the lines about it. */
export interface ShownResource {
  /** Pulumi's sign: `+` create, `-` delete, `~` update, `+-` and the like replace. */
  readonly sign: string;
  readonly type: string;
  /** `host/layer` of a host layer, `namespace/name` of an object of the cluster. */
  readonly id: string;
  readonly text: string;
}

const header = /^ *([-+~]{1,2}) ([a-z]\S*): \(([a-z-]+)\)$/;
/** What ends the lines about a resource. */
const end =
  /^(Resources|Diagnostics|Outputs|@ |warning|(restarts|reloads|stops|starts|interrupts) | {4}--outputs--)/;

/** The changed resources in the output of `preview --diff`, in its order. */
export function shownResources(output: string): readonly ShownResource[] {
  const found: { sign: string; type: string; lines: string[] }[] = [];
  let current: string[] | undefined;
  for (const line of output.split("\n")) {
    const [, sign, type, step] = header.exec(line) ?? [];
    if (sign !== undefined && type !== undefined) {
      current = [];
      // before the changes, Pulumi shows what a refresh would write into the state
      if (step !== "refresh") found.push({ sign, type, lines: current });
    } else if (end.test(line)) current = undefined;
    current?.push(line);
  }
  return found.map(({ sign, type, lines }) => {
    const text = lines.join("\n");
    return { sign, type, id: /\[id=(.*?)\]/.exec(text)?.[1] ?? "", text };
  });
}

/** What a preview says of consequences, a line for each host layer, sorted. */
export function saidRestartNotes(output: string): readonly string[] {
  const lines = output.split("\n").map((line) => line.trim());
  return lines.filter((line) => /^(restarts|reloads|stops|starts|interrupts) /.test(line)).sort();
}
