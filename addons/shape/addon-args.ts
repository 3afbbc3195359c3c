import type * as pulumi from "@pulumi/pulumi";
import type { Catalogue } from "../../components/catalogue/catalogue";
import type { ManifestObject } from "../../components/catalogue/upstream-manifests";
import type { ClusterConfig } from "../../components/config/model/cluster-config";
import type { Pki } from "../../components/pki/pki";
import type { AddonInputs } from "../../components/stack";

/** What all add-ons and charts together are made from. */
export interface ClusterAddonArgs extends AddonInputs {
  readonly config: ClusterConfig;
  readonly images: Catalogue["images"];
  readonly pki: Pki;
  /** The administrator's, for what is looked at while the program runs. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Where alerts are sent. */
  readonly webhookUrl: pulumi.Output<string> | undefined;
}

/** What an add-on may take what it needs from: its own images, manifests and files among it. */
export interface AddonArgs<
  Image extends string = never,
  Manifest extends string = never,
> extends Omit<ClusterAddonArgs, "chartInputs" | "files" | "images" | "manifests"> {
  readonly images: Readonly<Record<Image, string>>;
  readonly manifests: Readonly<Record<Manifest, readonly ManifestObject[]>>;
  /** Texts of files on the operator's machine. */
  readonly files: Readonly<Record<string, string>>;
}
