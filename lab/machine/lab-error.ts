/** A failure that the user can act on: printed as one line, without a stack. */
export class LabError extends Error {}

/** The candidate closest to `word` within two typing mistakes, or undefined. */
export function nearMiss(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .filter(({ distance }) => distance <= 2)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}

/** The error for a host name that is not among `known`. */
export function unknownHost(name: string, known: readonly string[], where: string): LabError {
  const near = nearMiss(name, known);
  const hint =
    near === undefined ? `known: ${known.join(", ") || "none"}` : `did you mean ${near}?`;
  return new LabError(`${where}: no host named ${name}; ${hint}`);
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substitution, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
