import type { HostLayerInputs } from "../../../../provider/layer/layer-inputs";
import { wantedLayer } from "../../../../provider/layer/wanted-layer";
import { questions } from "../../../../provider/look/ask-host";
import { LookCache } from "../../../../provider/look/look-cache";
import type { Step } from "../../../../provider/ssh/framing";
import type { Hosts } from "../../../../provider/ssh/hosts";
import { appLayer, file } from "../../../support/provider/app-layer";

const own: HostLayerInputs = { ...appLayer, units: {}, unitOrder: [], binaries: {} };
const other: HostLayerInputs = { ...own, layer: "other", files: { "/etc/other": file("1") } };

/** A host that answers each call with the next text, and remembers the calls. */
class Answering {
  readonly calls: string[][] = [];

  constructor(private readonly answers: (string | Error)[]) {}

  get hosts(): Hosts {
    const run: Hosts["run"] = (_, steps: readonly Step[]) => {
      this.calls.push(steps.map(([verb]) => verb));
      const answer = this.answers.shift() ?? "";
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ stdout: answer });
    };
    return { run } as unknown as Hosts; // all that looks use of it
  }
}

/** What a host prints that has answered the questions of another layer, too. */
function answered(inputs: HostLayerInputs): string {
  return `\n@asked\n${questions(wantedLayer(inputs)).join("\n")}\n`;
}

describe("a look", () => {
  test("serves all layers of the host whose questions it answered", async () => {
    const host = new Answering([answered(other)]);
    const looks = new LookCache();
    const seen = await looks.look(host.hosts, wantedLayer(own));
    expect(await looks.look(host.hosts, wantedLayer(other))).toBe(seen);
    // its own questions, then those that the others asked last
    expect(host.calls).toEqual([
      ["look_clock", "look_stat", "look_hash", "look_text", "look_layers"],
    ]);
  });

  test("does not serve a layer that asks more than it answered", async () => {
    const host = new Answering([answered(other)]);
    const looks = new LookCache();
    await looks.look(host.hosts, wantedLayer(own));
    const more = { ...other, files: { ...other.files, "/etc/more": file("1") } };
    await looks.look(host.hosts, wantedLayer(more));
    expect(host.calls).toHaveLength(2);
  });

  test("is taken anew for a layer that asks twice, and that one serves the others", async () => {
    const both = answered(own) + answered(other);
    const host = new Answering([both, both]);
    const looks = new LookCache();
    await looks.look(host.hosts, wantedLayer(own));
    await looks.look(host.hosts, wantedLayer(own));
    await looks.look(host.hosts, wantedLayer(other));
    expect(host.calls).toHaveLength(2);
  });

  test("is waited for by layers that ask at the same time", async () => {
    const host = new Answering([answered(other)]);
    const looks = new LookCache();
    const both = [own, other].map((inputs) => looks.look(host.hosts, wantedLayer(inputs)));
    const [one, two] = await Promise.all(both);
    expect(one).toBe(two);
    expect(host.calls).toHaveLength(1);
  });

  test("of another host is another one", async () => {
    const host = new Answering([answered(other), ""]);
    const looks = new LookCache();
    await looks.look(host.hosts, wantedLayer(own));
    const elsewhere = { ...other, host: { ...other.host, name: "cp2" } };
    await looks.look(host.hosts, wantedLayer(elsewhere));
    expect(host.calls).toHaveLength(2);
  });

  test("holds no longer once the host is about to change", async () => {
    const host = new Answering([answered(other), ""]);
    const looks = new LookCache();
    await looks.look(host.hosts, wantedLayer(own));
    looks.forget(own.host);
    await looks.look(host.hosts, wantedLayer(other));
    expect(host.calls).toHaveLength(2);
  });

  test("that failed fails those who waited for it, and is tried again by the next", async () => {
    const host = new Answering([new Error("is down"), answered(other)]);
    const looks = new LookCache();
    const both = [own, other].map((inputs) => looks.look(host.hosts, wantedLayer(inputs)));
    const outcomes = await Promise.allSettled(both);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await looks.look(host.hosts, wantedLayer({ ...own, layer: "third" }));
    expect(host.calls).toHaveLength(2);
  });

  test("that failed late takes no newer one along", async () => {
    const host = new Answering([new Error("is down"), answered(other)]);
    const looks = new LookCache();
    const early = looks.look(host.hosts, wantedLayer(own));
    const late = looks.look(host.hosts, wantedLayer(own));
    await expect(early).rejects.toThrow("is down");
    expect(await looks.look(host.hosts, wantedLayer(other))).toBe(await late);
    expect(host.calls).toHaveLength(2);
  });

  test("asks for the checksum of an executable only where it looks otherwise than recorded", async () => {
    const path = "/usr/bin/app";
    const stat = (mtime: number): string =>
      `\n@stat\nregular file\t755\troot:root\t3\t${mtime}\t2\t7\t${path}\n` +
      `\n@text\n/etc/plinth/layers/app.binaries:key\tsum\t3 1 2 7\t${path}\n`;
    const inputs = { ...own, binaries: appLayer.binaries };
    for (const [mtime, calls] of [
      [1, 1],
      [9, 2],
    ] as const) {
      const hash = `\n@sha256\n${"b".repeat(64)}  ${path}\n`;
      const host = new Answering([stat(mtime), hash]);
      const live = await new LookCache().look(host.hosts, wantedLayer(inputs));
      expect(host.calls).toHaveLength(calls);
      expect(live.hashes.get(path)).toBe(calls === 2 ? "b".repeat(64) : undefined);
      // and so it is where the look was another layer's
      const shared = new Answering([answered(inputs) + stat(mtime), hash]);
      const looks = new LookCache();
      await looks.look(shared.hosts, wantedLayer(other));
      const served = await looks.look(shared.hosts, wantedLayer(inputs));
      expect([served.hashes.get(path), shared.calls.length]).toEqual([
        live.hashes.get(path),
        calls,
      ]);
    }
  });
});
