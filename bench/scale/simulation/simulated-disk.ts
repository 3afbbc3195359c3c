import { createHash } from "node:crypto";

/** One thing that has a path on a simulated host. */
export interface DiskEntry {
  readonly kind: "file" | "directory" | "link";
  readonly mode: string;
  readonly owner: string;
  readonly size: number;
  readonly sha256: string;
  /** Absent where only size and checksum matter. */
  readonly content?: Buffer;
  readonly target?: string;
  readonly inode: number;
  readonly modifiedAt: string;
  readonly changedAt: string;
}

type Made = Pick<DiskEntry, "kind"> & Partial<DiskEntry>;

let clock = 0;

/** Seconds since 1970 to the nanosecond, never the same twice. */
function now(): string {
  const nanoseconds = String(++clock % 1_000_000).padStart(6, "0");
  return (Date.now() / 1000).toFixed(3) + nanoseconds;
}

const kinds = { directory: "directory", link: "symbolic link" };
const folders = ["/etc/systemd/system", "/etc/modules-load.d", "/etc/sysctl.d"].concat(
  ["/usr/local/bin", "/usr/local/sbin", "/var/lib", "/opt", "/run"], // as on every Linux host
);

/** A simulated host's files, directories and links. */
export class Disk {
  private readonly entries = new Map<string, DiskEntry>();
  private inodes = 1;

  constructor() {
    for (const folder of folders) this.makeDirectories(folder);
  }

  get(path: string): DiskEntry | undefined {
    return this.entries.get(path);
  }

  /** Puts something new at a path, whatever was there. */
  put(path: string, made: Made): void {
    const at = now();
    this.entries.set(path, {
      mode: "644",
      owner: "root:root",
      size: 0,
      sha256: "",
      ...made,
      inode: this.inodes++,
      modifiedAt: at,
      changedAt: at,
    });
  }

  write(path: string, mode: string, content: Buffer | string, owner = "root:root"): void {
    const bytes = Buffer.from(content);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const octal = mode.replace(/^0+(?=.)/, "");
    this.put(path, {
      kind: "file",
      mode: octal,
      owner,
      content: bytes,
      size: bytes.length,
      sha256,
    });
  }

  makeDirectories(path: string): void {
    const parts = path.split("/").slice(1);
    parts.forEach((_, index) => {
      const folder = `/${parts.slice(0, index + 1).join("/")}`;
      if (!this.entries.has(folder)) this.put(folder, { kind: "directory", mode: "755" });
    });
  }

  /** Other attributes of what is there. */
  change(path: string, changes: Partial<Pick<DiskEntry, "mode" | "owner">>): void {
    const entry = this.entries.get(path);
    if (entry) this.entries.set(path, { ...entry, ...changes, changedAt: now() });
  }

  move(from: string, to: string): void {
    const entry = this.entries.get(from);
    if (!entry) throw new Error(`${from} is not there`);
    this.entries.delete(from);
    this.entries.set(to, { ...entry, changedAt: now() });
  }

  remove(path: string): void {
    this.entries.delete(path);
  }

  /** Paths that begin and end with the given texts. */
  paths(begin: string, end: string): string[] {
    return [...this.entries.keys()].filter((path) => path.startsWith(begin) && path.endsWith(end));
  }

  /** Size, times and inode, as `stat` gives them for a record of an executable. */
  fingerprint(path: string): string {
    const entry = this.entries.get(path);
    return entry ? [entry.size, entry.modifiedAt, entry.changedAt, entry.inode].join(" ") : "";
  }

  /** A line of `stat` as scripts/look.sh asks for it. */
  statLine(path: string): string | undefined {
    const entry = this.entries.get(path);
    if (!entry) return undefined;
    const kind = entry.kind === "file" ? "regular file" : kinds[entry.kind];
    const name = entry.target === undefined ? path : `${path} -> ${entry.target}`;
    const { mode, owner, size, modifiedAt, changedAt, inode } = entry;
    return [kind, mode, owner, size, modifiedAt, changedAt, inode, name].join("\t");
  }
}
