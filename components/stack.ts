import * as pulumi from "@pulumi/pulumi";
import type { Catalogue } from "./catalogue/catalogue";
import { resolvedCatalogue } from "./catalogue/resolved-catalogue";
import { type UpstreamManifests, upstreamManifests } from "./catalogue/upstream-manifests";
import { chartSecrets, type ChartSecrets } from "./config/chart-secrets";
import type { AddonDefinition } from "./config/model/addon-definition";
import { clusterConfig } from "./config/cluster-config";
import type { ClusterConfig } from "./config/model/cluster-config";
import { configWarnings } from "./config/rules/config-warnings";
import { chartDigests } from "./operator/chart-digests";

/** What the stack config says, checked, with the catalogue that it chooses. */
export interface StackCluster {
  readonly config: ClusterConfig;
  readonly catalogue: Catalogue;
  readonly addonInputs: AddonInputs;
  readonly warnings: readonly string[];
}

/** What add-ons need beside the config. */
export interface AddonInputs {
  /** By name of the release. */
  readonly chartInputs: {
    readonly secrets: Readonly<Record<string, ChartSecrets>>;
    /** Of charts that lie on the operator's machine. */
    readonly digests: Readonly<Record<string, string>>;
  };
  /** Texts of files on the operator's machine, by name of the add-on and names of its own. */
  readonly files: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The objects that upstream's manifests bring, of the add-ons that are switched on. */
  readonly manifests: UpstreamManifests;
}

/**
 * Reads `plinth:cluster` and `plinth:chartSecrets` of the current stack. Throws one error with every
 * problem of the config, of the catalogue, or of the manifests, before anything is registered.
 */
export async function stackCluster(addons: readonly AddonDefinition[]): Promise<StackCluster> {
  const file = `Pulumi.${pulumi.getStack()}`;
  const stack = new pulumi.Config("plinth");
  const raw = stack.getObject<unknown>("cluster");
  try {
    const config = clusterConfig(raw, `${file}.yaml`, addons);
    const chartInputs = {
      secrets: chartSecrets(stack.getObject("chartSecrets"), config, `${file}.yaml`),
      digests: chartDigests(config, `${file}.yaml`),
    };
    const read = addons.map((addon) => addon.files?.(config.addons, `${file}.yaml`) ?? {});
    const asked = addons.map((addon, index) =>
      addon.serverWarnings?.(config.addons, read[index] ?? {}, `${file}.yaml`),
    );
    const [catalogue, ...serverWarnings] = await Promise.all([
      resolvedCatalogue(config, addons, `${file}.lock.yaml`),
      ...asked,
    ]);
    const manifests = await upstreamManifests(catalogue, config.artifacts.mirror);
    const files = Object.fromEntries(addons.map(({ name }, index) => [name, read[index] ?? {}]));
    const addonInputs = { chartInputs, files, manifests };
    return {
      config,
      catalogue,
      addonInputs,
      warnings: [...configWarnings(config), ...serverWarnings.flatMap((each) => each ?? [])],
    };
  } catch (error) {
    // a mistake of the user's is shown as its text alone, one of ours as what it is
    if (error instanceof Error && error.name === "Error") throw new pulumi.RunError(error.message);
    throw error;
  }
}

/**
 * Where alerts are sent: the optional secret `plinth:alertWebhookUrl`, as the address often is all that
 * keeps strangers from writing there. Throws where it is no address, without a word of it.
 */
export async function alertWebhookUrl(): Promise<pulumi.Output<string> | undefined> {
  const url = new pulumi.Config("plinth").getSecret("alertWebhookUrl");
  if (url === undefined) return undefined;
  // a secret of the config is known, and it is judged before anything is registered
  const fits = await new Promise<boolean>((resolve) => {
    url.apply((text) => resolve(isHttpUrl(text)));
  });
  if (fits) return url;
  throw new pulumi.RunError(
    `Pulumi.${pulumi.getStack()}.yaml: plinth:alertWebhookUrl: got something else (not shown, as it ` +
      "is secret), expected an http:// or https:// address without spaces",
  );
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\/\S+$/.test(text) && URL.canParse(text);
}

/** Credentials of the stack for SSH, each of them optional; set with `pulumi config set --secret`. */
export function stackSecrets(): Readonly<
  Record<"privateKey" | "passphrase" | "sudoPassword", pulumi.Output<string> | undefined>
> {
  const secrets = new pulumi.Config("plinth");
  return {
    privateKey: secrets.getSecret("sshPrivateKey"),
    passphrase: secrets.getSecret("sshPassphrase"),
    sudoPassword: secrets.getSecret("sudoPassword"),
  };
}
