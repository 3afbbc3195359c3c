import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { errorText } from "../../components/text/error-text";
import type { ApiReader } from "./api-reader";

const pauseMs = 500;

const conditionsSchema = z.object({
  metadata: z.object({ generation: z.number().optional() }),
  status: z
    .object({
      conditions: z
        .array(
          z.object({
            type: z.string(),
            status: z.string(),
            reason: z.string().optional(),
            message: z.string().optional(),
            observedGeneration: z.number().optional(),
          }),
        )
        .optional(),
    })
    .optional(),
});

/** Resolves when the API would take an object, its admission asked; rejects with why it does not. */
export function untilAdmitted(
  api: Pick<ApiReader, "dryRun">,
  path: string,
  object: object,
  seconds: number,
): Promise<void> {
  return untilFree(seconds, async () => {
    await api.dryRun(path, object);
    return undefined;
  });
}

/** Resolves when the condition Ready of the object at a path is true; rejects with why it is not. */
export function untilReady(
  api: Pick<ApiReader, "read">,
  path: string,
  seconds: number,
): Promise<void> {
  return untilFree(seconds, async () => {
    const { metadata, status } = conditionsSchema.parse(await api.read(path));
    const ready = status?.conditions?.find(({ type }) => type === "Ready");
    if (ready === undefined) return "nobody has looked at it yet";
    const generation = ready.observedGeneration ?? metadata.generation;
    if (generation !== metadata.generation) return "its change has not been looked at yet";
    return ready.status === "True" ? undefined : `${ready.reason ?? ""}: ${ready.message ?? ""}`;
  });
}

/** Looks until nothing is in the way any more. */
async function untilFree(seconds: number, look: () => Promise<string | undefined>): Promise<void> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const inTheWay = await look().catch(errorText);
    if (inTheWay === undefined) return;
    if (Date.now() > end) throw new Error(inTheWay);
    await pause(pauseMs);
  }
}
