/** Minors of Kubernetes that Plinth knows how to run, newest first; any patch release of them will do. */
export const supportedMinors: readonly string[] = ["1.36", "1.35"];

/** Those of them that the tests run clusters of. */
export const testedMinors: readonly string[] = ["1.36"];

/** The minor of a release: `1.36` of `1.36.4`. */
export function minorOf(release: string): string {
  return release.split(".").slice(0, 2).join(".");
}
