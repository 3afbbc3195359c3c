import type { Arch, GoRecipe, Product, ReleaseFile } from "./product";

/** A product as the list states it; what is left out follows from the name. */
export interface Definition<Name extends string> {
  readonly name: Name;
  readonly version: string;
  /** Folder under `toolchain/products/`, where it is not named like the product. */
  readonly folder?: string;
  readonly recipe?: Product["recipe"];
  /** Go variable that upstream's own build sets to the version. */
  readonly versionVariable?: string;
  /** Prefix of that version; default: `v`. */
  readonly versionPrefix?: "";
  readonly packages?: readonly string[];
  readonly outputs?: readonly string[];
  readonly releaseVersion?: string;
  readonly release?: (version: string, arch: Arch) => ReleaseFile | readonly ReleaseFile[];
}

/** The product of a definition: folder and only output carry its name unless it says otherwise. */
export function product<Name extends string>(definition: Definition<Name>): Product {
  const { name, version, versionVariable, packages = [], outputs = [name], release } = definition;
  const ownVersion = `${definition.versionPrefix ?? "v"}${version}`;
  const recipe = definition.recipe ?? goTools();
  const releaseVersion = definition.releaseVersion ?? version;
  return {
    name,
    version,
    folder: definition.folder ?? name,
    recipe:
      recipe.kind === "go" && versionVariable !== undefined
        ? { ...recipe, ldflags: [...recipe.ldflags, `-X=${versionVariable}=${ownVersion}`] }
        : recipe,
    packages,
    outputs,
    ...(release && {
      release: { version: releaseVersion, files: (arch) => [release(releaseVersion, arch)].flat() },
    }),
  };
}

/** A Go build without C, stripped, of the commands that go.mod names. */
export function goTools(recipe: Partial<Omit<GoRecipe, "kind">> = {}): GoRecipe {
  const { ldflags = [], ...rest } = recipe;
  return {
    kind: "go",
    target: "tool",
    cgo: false,
    tags: [],
    rename: {},
    ...rest,
    ldflags: ["-s", "-w", ...ldflags],
  };
}

/** A Go build with C that is linked statically, so that it runs whatever the host's libc is. */
export function staticGoTools(recipe: Partial<Omit<GoRecipe, "kind" | "cgo">> = {}): GoRecipe {
  const { tags = [], ldflags = [], ...rest } = recipe;
  return goTools({
    ...rest,
    cgo: true,
    tags: ["netgo", "osusergo", ...tags],
    ldflags: ["-extldflags=-static", ...ldflags],
  });
}

/** What Kubernetes' own build writes into its binaries: version skew is judged by `gitVersion`. */
export function kubernetesVersionFlags(version: string): string[] {
  const [major = "", minor = ""] = version.split(".");
  const values = {
    gitVersion: `v${version}`,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: "clean",
    gitCommit: `v${version}`,
    // a date of today would make every build different
    buildDate: "1970-01-01T00:00:00Z",
  };
  return ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].flatMap((place) =>
    Object.entries(values).map(([key, value]) => `-X=${place}.${key}=${value}`),
  );
}

/** The members of an archive that keeps its outputs together in one folder. */
export function members(folder: string, outputs: readonly string[]): Record<string, string> {
  return Object.fromEntries(outputs.map((output) => [output, `${folder}${output}`]));
}
