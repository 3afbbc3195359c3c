/**
 * What a change does to running units, as the one line that a preview shows beside a resource: the
 * provider writes it, and whoever sums up a preview reads it. Imports nothing but the contract's types.
 */
import type { Rollout } from "../api";

/** What can happen to a unit, in the words of the line. */
export const unitVerbs = ["restarts", "reloads", "stops", "starts"] as const;
export type UnitVerb = (typeof unitVerbs)[number];

/** What happens to units on one host; their names come without `.service`. */
export interface RestartNotes {
  readonly host: string;
  readonly units: Readonly<Partial<Record<UnitVerb, readonly string[]>>>;
  /** Taken only where a unit is restarted or stopped. */
  readonly turn?: Turn;
}

/** The help of others before and after a change, as `"command" on host`. */
export interface Around {
  readonly before?: string;
  readonly after?: string;
}

/** How many hosts of the group change at a time, and what is around each. */
export interface Turn extends Around {
  readonly group: string;
  readonly maxUnavailable: number;
}

/** How a rollout appears in the line. */
export function turnOf({ group, maxUnavailable }: Rollout, around: Around): Turn {
  return { group, maxUnavailable, ...around };
}

const nothing = "interrupts nothing";

/** The line. */
export function restartNotesLine({ host, units, turn }: RestartNotes): string {
  const parts = unitVerbs.flatMap((verb) => {
    const names = (units[verb] ?? []).map((name) => name.replace(/\.service$/, ""));
    return names.length > 0 ? [`${verb} ${names.join(", ")}`] : [];
  });
  const inTurn = turn && interrupts({ host, units }) ? turnText(turn) : "";
  return `${parts.join(", ") || nothing} on ${host}${inTurn}`;
}

/** Whether something that runs is stopped, for a while or for good. */
export function interrupts({ units }: RestartNotes): boolean {
  return (units.restarts ?? []).length + (units.stops ?? []).length > 0;
}

function turnText({ group, maxUnavailable, before, after }: Turn): string {
  const hosts = maxUnavailable === 1 ? "one host" : `${maxUnavailable} hosts`;
  const around = `${before ? `, after ${before}` : ""}${after ? `, then ${after}` : ""}`;
  return ` (${hosts} of ${group} at a time${around})`;
}

const verbs = unitVerbs.join("|");
const linePattern = new RegExp(
  `^(?<units>(?:${verbs}) .+?|${nothing}) on (?<host>\\S+)` +
    `(?: \\((?<count>one host|\\d+ hosts) of (?<group>.+?) at a time` +
    `(?:, after (?<before>".*?" on \\S+?))?(?:, then (?<after>".*" on \\S+))?\\))?$`,
  "s",
);

/** What a line says; undefined for any other text. */
export function parsedRestartNotes(line: string): RestartNotes | undefined {
  const found = linePattern.exec(line.trim())?.groups;
  if (!found) return undefined;
  const { host = "", count, group, before, after } = found;
  const turn = group !== undefined && {
    group,
    maxUnavailable: count === "one host" ? 1 : parseInt(count ?? "", 10),
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
  };
  return { host, units: listedUnits(found.units ?? ""), ...(turn && { turn }) };
}

/** `restarts a, b, stops c` by verb. */
function listedUnits(text: string): RestartNotes["units"] {
  const units: Partial<Record<UnitVerb, string[]>> = {};
  let verb: UnitVerb | undefined;
  for (const item of text.split(", ")) {
    const begun = unitVerbs.find((each) => item.startsWith(`${each} `));
    verb = begun ?? verb;
    if (verb) (units[verb] ??= []).push(begun ? item.slice(begun.length + 1) : item);
  }
  return units;
}
