/** What a layer had and has no longer. */
export interface Removed {
  readonly units: readonly string[];
  readonly files: readonly string[];
  readonly directories: readonly string[];
  readonly users: readonly string[];
}
