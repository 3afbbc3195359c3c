/** A tar archive (ustar) of text files, for the transfer of a layer's files in one piece. */

export interface TarEntry {
  /** Absolute path; stored relative to the root. */
  readonly path: string;
  readonly content: string;
  readonly mode: string;
  /** `user:group`; resolved by name where the archive is unpacked. */
  readonly owner: string;
}

const block = 512;

export function tarArchive(entries: readonly TarEntry[]): Buffer {
  if (entries.length === 0) return Buffer.alloc(0);
  return Buffer.concat([...entries.flatMap(entryBlocks), Buffer.alloc(2 * block)]);
}

function entryBlocks(entry: TarEntry): Buffer[] {
  const content = Buffer.from(entry.content);
  const name = entry.path.slice(1);
  // GNU's form of a long name: an entry of its own before the file
  const long = Buffer.byteLength(name) > 100 ? longName(`${name}\0`) : [];
  return [
    ...long,
    header(name, entry.mode, entry.owner, content.length, "0"),
    content,
    padding(content.length),
  ];
}

function longName(name: string): Buffer[] {
  const bytes = Buffer.from(name);
  return [
    header("././@LongLink", "0644", "root:root", bytes.length, "L"),
    bytes,
    padding(bytes.length),
  ];
}

function padding(length: number): Buffer {
  return Buffer.alloc((block - (length % block)) % block);
}

function header(name: string, mode: string, owner: string, size: number, type: string): Buffer {
  const [user = "", group = ""] = owner.split(":");
  const buffer = Buffer.alloc(block);
  const octal = (value: number, width: number): string =>
    value.toString(8).padStart(width - 1, "0");
  Buffer.from(name).copy(buffer, 0, 0, 100);
  buffer.write(octal(parseInt(mode, 8), 8), 100);
  buffer.write(octal(0, 8), 108);
  buffer.write(octal(0, 8), 116);
  buffer.write(octal(size, 12), 124);
  buffer.write(octal(0, 12), 136);
  buffer.write("        ", 148);
  buffer.write(type, 156);
  buffer.write("ustar\x0000", 257, "latin1");
  buffer.write(user, 265, 32);
  buffer.write(group, 297, 32);
  const sum = buffer.reduce((total, byte) => total + byte, 0);
  buffer.write(`${octal(sum, 7)}\0 `, 148);
  return buffer;
}
