import { shellOn } from "./host-probes";

/** A time in which a unit did not run, in microseconds since 1970. */
export interface Outage {
  readonly host: string;
  readonly from: number;
  readonly to: number;
}

// https://github.com/systemd/systemd/blob/main/catalog/systemd.catalog.in
const stopping = "de5b426a63be47a7b6ac3eaac82e2f6f";
const started = "39f53479d3a045ac8e11786248231fbf";

/** From the begin of each stop of a unit to the end of the start after it, by the host's own journal. */
export async function outages(
  host: string,
  unit: string,
  since: number,
): Promise<readonly Outage[]> {
  const journal = await shellOn(
    host,
    `journalctl -q --since @${Math.floor(since / 1000)} -o json --output-fields MESSAGE_ID ` +
      `UNIT=${unit} MESSAGE_ID=${stopping} UNIT=${unit} MESSAGE_ID=${started}`,
  );
  const events = journal
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { MESSAGE_ID: string; __REALTIME_TIMESTAMP: string }) // journald's own format
    .map(({ MESSAGE_ID: id, __REALTIME_TIMESTAMP: at }) => ({ id, at: Number(at) }));
  return events
    .filter(({ id }) => id === stopping)
    .map(({ at: from }) => {
      const end = events.find(({ id, at }) => id === started && at > from);
      return { host, from, to: end?.at ?? Infinity };
    });
}

/** Pairs of outages that were at the same time. */
export function overlaps(all: readonly Outage[]): readonly (readonly [Outage, Outage])[] {
  return all.flatMap((one, index) =>
    all
      .slice(index + 1)
      .filter((other) => one.from < other.to && other.from < one.to)
      .map((other) => [one, other] as const),
  );
}
