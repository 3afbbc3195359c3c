/** Files of a tar archive as provider/apply/tar.ts makes it. */
export interface TarFile {
  readonly path: string;
  readonly mode: string;
  readonly owner: string;
  readonly content: Buffer;
}

const block = 512;

export function tarEntries(archive: Buffer): TarFile[] {
  const files: TarFile[] = [];
  let longName: string | undefined;
  for (let at = 0; at + block <= archive.length && archive[at] !== 0;) {
    const text = (start: number, length: number): string =>
      archive.toString("utf8", at + start, at + start + length).replace(/\0.*$/s, "");
    const size = parseInt(text(124, 12), 8);
    const content = archive.subarray(at + block, at + block + size);
    if (text(156, 1) === "L") longName = content.toString("utf8").replace(/\0$/, "");
    else {
      const owner = `${text(265, 32)}:${text(297, 32)}`;
      const mode = text(100, 8).slice(-4);
      files.push({ path: `/${longName ?? text(0, 100)}`, mode, owner, content });
      longName = undefined;
    }
    at += block + Math.ceil(size / block) * block;
  }
  return files;
}
