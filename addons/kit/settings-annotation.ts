import { createHash } from "node:crypto";

/** Annotation of pods that read their settings at start only: with other settings, others take their place. */
export function settingsAnnotation(settings: string): Readonly<Record<string, string>> {
  const hash = createHash("sha256").update(settings).digest("hex");
  return { "plinth/settings": hash.slice(0, 12) };
}
