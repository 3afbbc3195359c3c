/** Processor architecture in the spelling of Go and of most release archives. */
export type Arch = "amd64" | "arm64";

/** How Go makes a product's binaries out of its module folder. */
export interface GoRecipe {
  readonly kind: "go";
  /** `tool`: the commands that go.mod names; `.`: the folder's own main. */
  readonly target: "tool" | ".";
  readonly cgo: boolean;
  readonly tags: readonly string[];
  readonly ldflags: readonly string[];
  /** Name that Go gives → name of the output, where they differ. */
  readonly rename: Readonly<Record<string, string>>;
}

/** How the C compiler makes a product's single binary. */
export interface CRecipe {
  readonly kind: "c";
  readonly source: string;
  readonly flags: readonly string[];
}

/** How a manifest of Kubernetes objects is assembled from upstream's own module. */
export interface ManifestRecipe {
  readonly kind: "manifest";
  readonly module: string;
  /** Folder of the module, and the prefix of the names of its files. */
  readonly folder: string;
  readonly prefix: string;
}

/** How a manifest of Kubernetes objects is rendered from the Helm chart in upstream's own module. */
export interface ChartRecipe {
  readonly kind: "chart";
  readonly module: string;
  /** Folder of the module with the chart. */
  readonly folder: string;
  /** Folder of the module with definitions, for charts into which upstream's release copies them. */
  readonly definitions: string;
  /** Name of the release and of its namespace. */
  readonly release: string;
  /** Charts refuse what is older than they know. */
  readonly kubernetesVersion: string;
  /** `name=value` each. */
  readonly values: readonly string[];
}

/** Our script in the product's folder: it gets the folder of upstream's module and the one to fill. */
export interface ScriptRecipe {
  readonly kind: "script";
  readonly script: string;
  readonly module: string;
}

/** Where the sha256 of a download comes from: known here, or upstream's own checksum file. */
export type Checksum = { readonly sha256: string } | { readonly url: string };

/** One file of an official release and the outputs in it. */
export interface ReleaseFile {
  readonly url: string;
  readonly checksum: Checksum;
  /** Output → member of the gzipped tar archive; `undefined` where the file is the output itself. */
  readonly outputs: Readonly<Record<string, string | undefined>>;
}

/** An official release: its version may differ from the one that is built. */
export interface Release {
  readonly version: string;
  readonly files: (arch: Arch) => readonly ReleaseFile[];
}

/** A set of binaries of one upstream project at one version. */
export interface Product {
  readonly name: string;
  readonly version: string;
  /** Folder under `toolchain/products/` with the pinned module or the source. */
  readonly folder: string;
  readonly recipe: GoRecipe | CRecipe | ManifestRecipe | ChartRecipe | ScriptRecipe;
  /** Debian packages that the build needs beside Go. */
  readonly packages: readonly string[];
  readonly outputs: readonly string[];
  readonly release?: Release;
}
