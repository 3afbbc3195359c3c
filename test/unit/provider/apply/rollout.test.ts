import type { Rollout } from "../../../../provider/api";
import { Rollouts, RolloutStopped, type Place } from "../../../../provider/apply/rollout";

/** Hosts of one group, with what became of the turns that they wait for. */
class Scene {
  readonly events: string[] = [];
  readonly rollouts = new Rollouts();
  private readonly places = new Map<string, Place>();

  constructor(private readonly rollout: Rollout) {}

  arrive(...names: readonly string[]): void {
    for (const name of names)
      this.places.set(name, this.rollouts.arrive(this.rollout, name, "app"));
  }

  place(name: string): Place {
    const place = this.places.get(name);
    if (!place) throw new Error(`${name} has not arrived`);
    return place;
  }

  /** Lets hosts ask for their turns, in the given order. */
  ask(...names: readonly string[]): void {
    for (const name of names)
      this.place(name)
        .turn()
        .then(() => this.events.push(name))
        .catch((error: unknown) => this.events.push(String(error)));
  }
}

/** Lets everything run that does not wait for another host. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

afterEach(() => jest.useRealTimers());

const single: Rollout = { group: "etcd", maxUnavailable: 1 };
const pair: Rollout = { ...single, maxUnavailable: 2 };

describe("turns", () => {
  test.each([
    [
      ["cp2", "cp1", "cp3"],
      ["cp1", "cp2", "cp3"],
    ],
    [
      ["w10", "w9", "w1"],
      ["w1", "w9", "w10"],
    ],
  ])("asked for as %j come in the order of the names, one at a time", async (asked, expected) => {
    const scene = new Scene(single);
    scene.arrive(...asked);
    scene.ask(...asked);
    for (let count = 1; count <= expected.length; count++) {
      await settled();
      expect(scene.events).toEqual(expected.slice(0, count));
      scene.place(expected[count - 1] ?? "").leave();
    }
  });

  test("come as many at once as the group allows", async () => {
    const scene = new Scene(pair);
    scene.arrive("a", "b", "c");
    scene.ask("c", "b", "a");
    await settled();
    expect([...scene.events].sort()).toEqual(["a", "b"]);
    scene.place("b").leave();
    await settled();
    expect(scene.events.at(-1)).toBe("c");
  });

  test("come to nobody before it is known what every host needs", async () => {
    const scene = new Scene(single);
    scene.arrive("a", "b", "c");
    scene.ask("b");
    await settled();
    expect(scene.events).toEqual([]);
    scene.place("a").repairs();
    scene.place("a").leave();
    await settled();
    expect(scene.events).toEqual([]);
    scene.ask("c");
    await settled();
    expect(scene.events).toEqual(["b"]);
  });

  test("wait for a host that is repaired at once", async () => {
    const scene = new Scene(single);
    scene.arrive("a", "b");
    scene.ask("a");
    scene.place("b").repairs();
    await settled();
    expect(scene.events).toEqual([]);
    scene.place("b").leave();
    await settled();
    expect(scene.events).toEqual(["a"]);
  });

  test("come beside a repair where the group can spare both hosts", async () => {
    const scene = new Scene(pair);
    scene.arrive("a", "b", "c");
    scene.ask("a", "c");
    scene.place("b").repairs();
    await settled();
    expect(scene.events).toEqual(["a"]);
    scene.place("b").leave();
    await settled();
    expect(scene.events).toEqual(["a", "c"]);
  });

  test("of another group come beside", async () => {
    const scene = new Scene(single);
    scene.arrive("a");
    const other = scene.rollouts.arrive({ group: "node", maxUnavailable: 1 }, "b", "app");
    scene.ask("a");
    await expect(other.turn()).resolves.toBe(false);
    await settled();
    expect(scene.events).toEqual(["a"]);
  });

  test("say whether they had to be waited for, for the host may have changed meanwhile", async () => {
    jest.useFakeTimers({ doNotFake: ["setImmediate"] });
    const { rollouts } = new Scene(single);
    const [first, second] = [
      rollouts.arrive(single, "a", "app"),
      rollouts.arrive(single, "b", "app"),
    ];
    const turns = [first.turn(), second.turn()];
    await expect(turns[0]).resolves.toBe(false);
    jest.advanceTimersByTime(1000);
    first.leave();
    await expect(turns[1]).resolves.toBe(true);
  });
});

describe("a failure", () => {
  const refusal =
    "another host of rollout group etcd failed (kubelet is down); repair it, then run again";

  test("ends the turns of all who wait, and of all who come later", async () => {
    const scene = new Scene(single);
    scene.arrive("a", "b", "c", "d");
    scene.ask("a", "b", "c");
    scene.place("d").repairs();
    scene.place("d").leave();
    await settled();
    scene.place("a").leave("kubelet is down");
    await settled();
    scene.arrive("e");
    scene.ask("e");
    await settled();
    expect(scene.events).toEqual([
      "a",
      ...["b", "c", "e"].map((name) => `Error: ${name}: not changed: ${refusal}`),
    ]);
  });

  test("of a repair refuses those who wait for it", async () => {
    const scene = new Scene(single);
    scene.arrive("a", "b");
    scene.ask("a");
    scene.place("b").repairs();
    scene.place("b").leave("kubelet is down");
    await settled();
    expect(scene.events).toEqual([`Error: a: not changed: ${refusal}`]);
  });

  test.each<[string, (scene: Scene) => void]>([
    ["of which nobody knows yet what it needs", () => undefined],
    ["that is still being repaired", (scene) => scene.place("c").repairs()],
  ])("is told at once to those who wait, whatever becomes of a host %s", async (_, third) => {
    const scene = new Scene(single);
    scene.arrive("a", "b", "c");
    third(scene);
    scene.ask("b");
    scene.place("a").leave("kubelet is down");
    await settled();
    expect(scene.events).toEqual([`Error: b: not changed: ${refusal}`]);
  });

  test("is told at once to those who come later, though a repair goes on", async () => {
    const scene = new Scene(single);
    scene.arrive("a", "b");
    scene.place("b").repairs();
    scene.place("a").leave("kubelet is down");
    scene.arrive("c");
    scene.ask("c");
    await settled();
    expect(scene.events).toEqual([`Error: c: not changed: ${refusal}`]);
  });

  test("of a host that was refused itself is none", async () => {
    const scene = new Scene(single);
    scene.arrive("a", "b");
    scene.place("a").leave(undefined);
    scene.ask("b");
    await settled();
    expect(scene.events).toEqual(["b"]);
  });
});

test("a held group lets nobody in, and says why", async () => {
  const { rollouts } = new Scene(single);
  const place = rollouts.arrive({ ...single, held: "cp2 is away" }, "cp1", "app");
  const refused = await place.turn().catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(RolloutStopped);
  expect((refused as Error).message).toBe("cp1: not changed: cp2 is away");
});

test("a cancelled run lets nobody in any more", async () => {
  const scene = new Scene(single);
  scene.arrive("a", "b");
  scene.ask("a", "b");
  await settled();
  scene.rollouts.cancel();
  await settled();
  expect(scene.events).toEqual(["a", "Error: b: not changed: cancelled"]);
});
