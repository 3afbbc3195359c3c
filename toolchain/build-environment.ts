import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheFolder } from "../process/user-folders";
import type { Arch } from "./product";

/** Where products come from: `auto` downloads where official releases can be reached. */
export type Mode = "auto" | "build" | "download";

/** The surroundings of a run; a test brings its own. */
export interface BuildEnvironment {
  readonly cache: string;
  readonly modules: string;
  readonly go: string;
  readonly arch: Arch;
  readonly mode: Mode;
  /** Server of `<host>/<path>` of every official release, asked in its place. */
  readonly mirror?: string | undefined;
}

/** The surroundings that this process' environment asks for. */
export function buildEnvironment(): BuildEnvironment {
  const mode = process.env.PLINTH_TOOLCHAIN ?? "auto";
  if (mode !== "auto" && mode !== "build" && mode !== "download") {
    throw new Error(`PLINTH_TOOLCHAIN: got ${mode}, expected auto, build or download`);
  }
  const arch = { x64: "amd64", arm64: "arm64" }[process.arch as string];
  if (arch !== "amd64" && arch !== "arm64") {
    throw new Error(`processor architecture: got ${process.arch}, expected x64 or arm64`);
  }
  const mirror = process.env.PLINTH_TOOLCHAIN_MIRROR;
  return {
    cache: join(cacheFolder(), "toolchain"),
    modules: modulesFolder(),
    go: "go",
    arch,
    mode,
    mirror,
  };
}

/** The folder of the product folders, seen from the source as from a bundle in dist/. */
function modulesFolder(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const modules = join(folder, "toolchain/products");
    if (existsSync(join(modules, "etcd/go.mod"))) return modules;
    if (folder === dirname(folder)) {
      throw new Error(
        `${__dirname}: no toolchain/products/etcd/go.mod in it or above, expected a clone`,
      );
    }
  }
}
