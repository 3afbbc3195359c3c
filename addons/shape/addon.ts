import type * as pulumi from "@pulumi/pulumi";
import type {
  AddonDefinition,
  Addons,
  ManifestSource,
} from "../../components/config/model/addon-definition";
import type { AddonObject } from "../kit/addon-object";
import { appliedObjects } from "../kit/applied-objects";
import type { AddonArgs, ClusterAddonArgs } from "./addon-args";
import { AddonComponent } from "./addon-component";
import type { LabParts } from "./lab-parts";

/** What add-ons offer each other, so that none has to know another by its name. */
export type Offer =
  "network" | "load-balancer" | "certificates" | "storage" | "gateway-kinds" | "ingress";

interface OrderedDefinition extends AddonDefinition {
  /** What is there once its resources are. */
  readonly offers?: Offer;
  /** What its resources come after where some add-on offers it; default: the network. */
  readonly uses?: (addons: Addons) => readonly Offer[];
  /** What the lab makes its images and manifests of. */
  readonly lab?: LabParts;
}

/** Makes an add-on's resources; called only where it is switched on. */
type Component<Args> = (
  name: string,
  args: Args,
  opts: pulumi.ComponentResourceOptions,
) => pulumi.Resource;

/** What objects are made of that no other resource has a part in. */
type ObjectArg = "config" | "files" | "images" | "manifests";

/** An add-on: what is known of it before anything is made, and what makes it. */
export interface Addon extends OrderedDefinition {
  /** All of its objects, where the config and the catalogue alone say what they are. */
  readonly objects?: (args: Pick<ClusterAddonArgs, ObjectArg>) => readonly AddonObject[];
  readonly component: Component<ClusterAddonArgs>;
}

/** An add-on as its folder defines it: its functions get its own images, manifests and files. */
interface Definition<Image extends string, Manifest extends string> extends OrderedDefinition {
  readonly images?: Readonly<Record<Image, string>>;
  readonly manifests?: Readonly<Record<Manifest, ManifestSource>>;
  readonly lab?: LabParts<Image, Manifest>;
}

interface AppliedDefinition<Image extends string, Manifest extends string> extends Definition<
  Image,
  Manifest
> {
  readonly objects: (args: Pick<AddonArgs<Image, Manifest>, ObjectArg>) => readonly AddonObject[];
}

interface ComponentDefinition<Image extends string, Manifest extends string> extends Definition<
  Image,
  Manifest
> {
  readonly component: Component<AddonArgs<Image, Manifest>>;
}

/** An add-on whose component applies its objects and does no more; `kind` ends the component's type. */
export function appliedAddon<Image extends string = never, Manifest extends string = never>(
  kind: string,
  definition: AppliedDefinition<Image, Manifest>,
): Addon {
  const objects: Addon["objects"] & object = (args) =>
    definition.objects({ ...args, ...ownInputs(definition, args) });
  return {
    ...definition,
    objects,
    component: (name, args, opts) =>
      new AddonComponent(kind, name, opts, (child) => {
        appliedObjects(name, objects(args), child);
        return {};
      }),
  };
}

/** An add-on that makes its resources itself, as some of them have a part in its objects. */
export function componentAddon<Image extends string = never, Manifest extends string = never>(
  definition: ComponentDefinition<Image, Manifest>,
): Addon {
  return {
    ...definition,
    component: (name, args, opts) =>
      definition.component(name, { ...args, ...ownInputs(definition, args) }, opts),
  };
}

function ownInputs<Image extends string, Manifest extends string>(
  { name, images, manifests }: Definition<Image, Manifest>,
  all: Pick<ClusterAddonArgs, "files" | "images" | "manifests">,
) {
  return {
    images: named(images, all.images),
    manifests: named(manifests, all.manifests),
    files: all.files[name] ?? {},
  };
}

/** Those of `all` that have the names of `own`. */
function named<Name extends string, Value>(
  own: Readonly<Record<Name, unknown>> | undefined,
  all: Readonly<Record<string, Value>>,
): Readonly<Record<Name, Value>> {
  const entries = Object.keys(own ?? {}).map((name) => {
    const value = all[name];
    if (value === undefined) throw new Error(`an add-on's ${name} has not been read`);
    return [name, value] as const;
  });
  return Object.fromEntries(entries) as Record<Name, Value>; // the names of `own`
}
