import type { Arch, Product } from "../../toolchain/product";

/** One file that the lab serves under its official address. */
export interface LabArtifact {
  readonly name: string;
  readonly version: string;
  readonly url: string;
  /** Folder with the binaries it holds. */
  readonly folder: string;
  /** Binary → path inside the archive; absent where the file is the binary itself. */
  readonly members?: Readonly<Record<string, string>>;
  /** The binary that the file is, where there is no archive. */
  readonly binary?: string;
}

/** What nodes use of the CNI project's archive; fewer binaries make a smaller download. */
const cniPlugins = ["bridge", "host-local", "loopback", "portmap"];

const flannelCniVersion = "1.9.1-flannel1";

/** The artifacts of one product, in the form of its official release. */
export function productArtifacts(product: Product, folder: string, arch: Arch): LabArtifact[] {
  if (product.name === "flannel-cni") return [flannelCni(folder, arch)];
  const { release } = product;
  if (release === undefined) return [];
  return release.files(arch).map(({ url, outputs }) => {
    const binaries = Object.keys(outputs);
    const common = { version: release.version, url, folder };
    const [only = ""] = binaries;
    if (outputs[only] === undefined) {
      return { ...common, name: binaries.length === 1 ? only : product.name, binary: only };
    }
    const wanted = binaries.filter(
      (binary) => product.name !== "cni-plugins" || cniPlugins.includes(binary),
    );
    const members = Object.fromEntries(
      wanted.map((binary): [string, string] => [binary, outputs[binary] ?? binary]),
    );
    return { ...common, name: product.name, members };
  });
}

/** Built from the CNI project's module, served as flannel's own release, which continues it. */
function flannelCni(folder: string, arch: Arch): LabArtifact {
  return {
    name: "flannel-cni",
    version: flannelCniVersion,
    url: `https://github.com/flannel-io/cni-plugin/releases/download/v${flannelCniVersion}/flannel-${arch}`,
    folder,
    binary: "flannel",
  };
}

/** Arguments of `tar` for an archive like upstream's: the same paths, reproducible. */
export function tarArguments(artifact: LabArtifact, output: string): string[] {
  const members = artifact.members ?? {};
  const binaries = Object.keys(members).sort();
  // all members of a release lie in one folder
  const path = members[binaries[0] ?? ""] ?? "";
  const prefix = path.slice(0, path.lastIndexOf("/") + 1);
  return [
    ...["--create", "--file", output, "--directory", artifact.folder, "--format=gnu"],
    ...["--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--mode=0755"],
    `--transform=s|^|${prefix}|`,
    "--use-compress-program=gzip -n -1",
    ...binaries,
  ];
}
