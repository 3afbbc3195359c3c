/** One look at a host for all of its layers: a run that changes nothing asks each host once. */
import type { HostConnection } from "../api";
import type { WantedLayer } from "../layer/wanted-layer";
import { liveHost, type LiveHost } from "./live-state";
import { lookSteps, questions, withBinaries } from "./ask-host";
import type { Hosts } from "../ssh/hosts";

interface Look {
  readonly answer: Promise<LiveHost>;
  /** Layers that have had this look: a layer that asks twice wants a fresh look. */
  readonly readers: Set<string>;
}

/** Looks by host; see above. */
export class LookCache {
  private readonly looks = new Map<string, Look>();

  /** The live state of a layer, from the look of another layer where that had all of its answers. */
  async look(hosts: Hosts, wanted: WantedLayer): Promise<LiveHost> {
    const { host, layer } = wanted.inputs;
    const shared = this.looks.get(host.name);
    if (!shared || shared.readers.has(layer))
      return withBinaries(await this.first(hosts, wanted), hosts, host, [wanted]);
    shared.readers.add(layer);
    const live = await shared.answer;
    const answered = questions(wanted).every((question) => live.asked.has(question));
    return withBinaries(answered ? live : await ask(hosts, wanted), hosts, host, [wanted]);
  }

  /** The host is about to change: what was seen of it holds no longer. */
  forget(host: HostConnection): void {
    this.looks.delete(host.name);
  }

  private first(hosts: Hosts, wanted: WantedLayer): Promise<LiveHost> {
    const look = { answer: ask(hosts, wanted), readers: new Set([wanted.inputs.layer]) };
    const { name } = wanted.inputs.host;
    this.looks.set(name, look);
    return look.answer.catch((error: unknown) => {
      if (this.looks.get(name) === look) this.looks.delete(name);
      throw error;
    });
  }
}

/** One round trip for everything that the layer names, and what the host's other layers asked last. */
async function ask(hosts: Hosts, wanted: WantedLayer): Promise<LiveHost> {
  const steps = [...lookSteps([wanted]), ["look_layers", wanted.inputs.layer] as const];
  return liveHost((await hosts.run(wanted.inputs.host, steps)).stdout);
}
