import type * as pulumi from "@pulumi/pulumi";
import type { Catalogue } from "../../components/catalogue/catalogue";
import type { ClusterConfig } from "../../components/config/model/cluster-config";
import type { Pki } from "../../components/pki/pki";
import type { AddonInputs } from "../../components/stack";

/** What every add-on may take what it needs from. */
export interface AddonArgs extends AddonInputs {
  readonly config: ClusterConfig;
  readonly images: Catalogue["images"];
  readonly pki: Pki;
  /** The administrator's, for what is looked at while the program runs. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Where alerts are sent. */
  readonly webhookUrl: pulumi.Output<string> | undefined;
}
