import { resetRefusal, type ResetSubject } from "../../../../components/operations/reset-refusal";

const own = { name: "prod", id: "1d" };
const stateless = { ...own, id: undefined };
const subject = (changes: Partial<ResetSubject> = {}): ResetSubject => ({
  host: "w1",
  marker: { cluster: "prod", id: "2d", host: "w1" },
  layers: ["node"],
  maintenance: false,
  own,
  ...changes,
});
const { marker: _, ...unmarked } = subject();

test.each<[string, ResetSubject]>([
  ["of a cluster of the same name whose state is gone", subject()],
  ["of another cluster than the stack's", subject({ marker: { cluster: "old", id: "2d" } })],
  ["of another cluster, marked by an earlier version", subject({ marker: { cluster: "old" } })],
  ["whose layers are gone already", subject({ layers: [] })],
  ["of the stack's name, with a new state", subject({ own: stateless })],
  [
    "that an earlier version marked, with a new state",
    subject({ marker: { cluster: "prod" }, own: stateless }),
  ],
  [
    "under another name than in the config",
    subject({ marker: { cluster: "prod", host: "w9", id: "2d" } }),
  ],
])("a host %s is cleared", (_, each) => {
  expect(resetRefusal(each, {})).toBeUndefined();
  expect(resetRefusal(each, { cluster: each.marker?.cluster ?? "" })).toBeUndefined();
});

test.each<[string, ResetSubject, string]>([
  ["without a marker", { ...unmarked, layers: [] }, "there is nothing of a cluster to clear"],
  [
    "with layers, but without a marker",
    unmarked,
    "it has layers (node), but no /etc/plinth/cluster",
  ],
  ["whose marker is damaged", subject({ marker: { cluster: "" } }), "is damaged"],
  [
    "that the present state manages",
    subject({ marker: { cluster: "prod", id: "1d", host: "w1" } }),
    "this stack manages it: to clear it, take it out of hosts in the stack config and run pulumi up",
  ],
  [
    "that the present state may manage",
    subject({ marker: { cluster: "prod" } }),
    "it may be a host that this stack manages, as /etc/plinth/cluster.json has no id",
  ],
  ["in maintenance", subject({ maintenance: true }), "it is in maintenance"],
  ["that does not answer", { ...unmarked, layers: [], error: "not reachable" }, "not reachable"],
  [
    "that a run changes",
    subject({ changedBy: "ann@desk (pid 7)" }),
    "being changed by ann@desk (pid 7)",
  ],
])("a host %s is refused", (_, each, text) => {
  expect(resetRefusal(each, { cluster: each.marker?.cluster ?? "prod" })).toContain(text);
  expect(resetRefusal(each, {})).toContain(text);
});

test("a host of another cluster than the one that was named is refused", () => {
  expect(resetRefusal(subject(), { cluster: "old" })).toBe(
    "it belongs to the cluster prod, not old",
  );
});
