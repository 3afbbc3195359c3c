import { Rollouts, type Place } from "../../../../provider/apply/rollout";

const turns = { group: "etcd", maxUnavailable: 1 };
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let rollouts: Rollouts;
let events: string[];
beforeEach(() => {
  rollouts = new Rollouts();
  events = [];
  jest.useFakeTimers({ doNotFake: ["setImmediate"] });
});
afterEach(() => jest.useRealTimers());

function asks(name: string): Place {
  const place = rollouts.arrive(turns, name, "app");
  place
    .turn()
    .then(() => events.push(name))
    .catch((error: unknown) => events.push(String(error)));
  return place;
}

describe("a turn waits for a layer of the group that the engine has shown", () => {
  test("until it comes", async () => {
    rollouts.expect(turns, "a", "app");
    rollouts.expect(turns, "b", "app");
    asks("b");
    await settled();
    expect(events).toEqual([]);
    asks("a");
    await settled();
    expect(events).toEqual(["a"]);
  });

  test("and for the repair that it comes for", async () => {
    rollouts.expect(turns, "a", "app");
    asks("b");
    const repaired = rollouts.arrive(turns, "a", "app");
    repaired.repairs();
    await settled();
    expect(events).toEqual([]);
    repaired.leave();
    await settled();
    expect(events).toEqual(["b"]);
  });

  test("until it is known to be as it should be", async () => {
    rollouts.expect(turns, "a", "app");
    rollouts.expect(turns, "a", "other");
    asks("b");
    rollouts.unchanged(turns, "a", "app");
    await settled();
    expect(events).toEqual([]);
    rollouts.unchanged(turns, "a", "other");
    await settled();
    expect(events).toEqual(["b"]);
  });

  test("no longer than 10 s: it may never come, or only after those who wait (--parallel 1)", async () => {
    rollouts.expect(turns, "a", "app");
    asks("b");
    jest.advanceTimersByTime(9_999);
    await settled();
    expect(events).toEqual([]);
    jest.advanceTimersByTime(1);
    await settled();
    expect(events).toEqual(["b"]);
  });

  test("of another group it does not wait", async () => {
    rollouts.expect({ ...turns, group: "node" }, "a", "app");
    asks("b");
    await settled();
    expect(events).toEqual(["b"]);
  });
});

describe("a host that the group can't spare", () => {
  const defers = (place: Place, name: string): void => {
    place
      .defer(`${name} is needed`)
      .then(() => events.push(`${name} again`))
      .catch((error: unknown) => events.push(String(error)));
  };

  test("lets the others go first, and has another turn after each of them", async () => {
    const [a, b, c] = [asks("a"), asks("b"), asks("c")];
    await settled();
    defers(a, "a");
    await settled();
    expect(events).toEqual(["a", "b"]);
    b.leave();
    await settled();
    expect(events).toEqual(["a", "b", "a again"]);
    defers(a, "a");
    await settled();
    expect(events).toEqual(["a", "b", "a again", "c"]);
    c.leave();
    await settled();
    expect(events.at(-1)).toBe("a again");
  });

  test("waits for one that is being repaired or has yet to come", async () => {
    const a = asks("a");
    await settled();
    const b = rollouts.arrive(turns, "b", "app");
    rollouts.expect(turns, "c", "app");
    defers(a, "a");
    b.repairs();
    await settled();
    expect(events).toEqual(["a"]);
    b.leave();
    await settled();
    expect(events).toEqual(["a"]);
    rollouts.unchanged(turns, "c", "app");
    await settled();
    expect(events).toEqual(["a", "a again"]);
  });

  test("is refused with the reason once nobody is left who could help", async () => {
    const [a, b] = [asks("a"), asks("b")];
    await settled();
    defers(a, "a");
    await settled();
    defers(b, "b");
    await settled();
    expect(events).toEqual([
      "a",
      "b",
      "Error: a: not changed: a is needed",
      "Error: b: not changed: b is needed",
    ]);
    // what was refused changed nothing, so it is no reason to refuse others
    asks("c");
    await settled();
    expect(events.at(-1)).toBe("c");
  });

  test("is refused with the others when one of them fails", async () => {
    const [a, b] = [asks("a"), asks("b")];
    await settled();
    defers(a, "a");
    await settled();
    b.leave("b is down");
    await settled();
    expect(events.at(-1)).toMatch(/^Error: a: not changed: another host .* failed \(b is down\)/);
  });
});

test("a group is quiet while nobody has a turn, repairs aside", async () => {
  const place = rollouts.arrive(turns, "a", "app");
  expect(place.isQuiet()).toBe(true);
  const other = rollouts.arrive(turns, "b", "app");
  other.repairs();
  expect(place.isQuiet()).toBe(true);
  other.leave();
  place.repairs();
  place.leave();
  const third = asks("c");
  await settled();
  expect(rollouts.arrive(turns, "d", "app").isQuiet()).toBe(false);
  third.leave();
  expect(rollouts.arrive(turns, "e", "app").isQuiet()).toBe(true);
});
