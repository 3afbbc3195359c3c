/** An object of the Kubernetes API as data; of its values, only those that other resources make are inputs. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMetadata;
}

export interface ObjectMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An object with its place among those of an add-on. */
export interface AddonObject {
  /** What the name of its resource ends with, unique in the add-on. */
  readonly name: string;
  readonly object: KubernetesObject;
  /** Names of earlier objects that must be there first. */
  readonly after?: readonly string[];
  /** Name of an earlier object that takes it away when it goes. */
  readonly deletedWith?: string;
}

/** Names of objects, for those that come after them. */
export function namesOf(objects: readonly AddonObject[]): readonly string[] {
  return objects.map(({ name }) => name);
}
