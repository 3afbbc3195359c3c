import { join } from "node:path";
import { StackCopies, type RawCluster } from "./stack-copies";

export type { RawCluster };

const copies = new StackCopies();

/** Writes the stack config of bad-input.yaml with a change; returns the file. */
export function badStack(change: (cluster: RawCluster) => void): string {
  return copies.stack(join(__dirname, "bad-input.yaml"), change);
}

/** The lab's catalogue with another checksum for one artifact, in a file of its own. */
export function falseCatalogue(file: string, artifact: string): string {
  return copies.catalogue(file, artifact, (entry) => {
    for (const download of [entry.amd64, entry.arm64])
      if (download) download.sha256 = "0".repeat(64);
  });
}

/** Takes away every file that the functions of this module wrote. */
export function removeBadStacks(): void {
  copies.remove();
}

/** The reasons that pulumi leaves on the screen when a run has failed, without what differs from run to run. */
export function lastWords(output: string): string {
  const [, reasons = output] = /^Diagnostics:\n(.*?)^(?:Outputs|Resources):$/ms.exec(output) ?? [];
  const steady = reasons
    .replace(/SHA256:[\w+/]{43}/g, `SHA256:${"x".repeat(43)}`)
    .replace(/\b(?!0{64})[0-9a-f]{64}\b/g, "<sha256>")
    .replace(/\b\d+ MiB needed/g, "<n> MiB needed")
    .replace(/[ \t]+$/gm, "");
  // the resources come in the order of chance
  return steady.trimEnd().split("\n\n").sort().join("\n\n").concat("\n");
}
