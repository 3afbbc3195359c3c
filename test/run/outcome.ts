import type { Say } from "./rows";

/** How many tests of a part passed and failed. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

const nothing: Outcome = { passed: 0, failed: 0 };

/** The sum of outcomes. */
export function sum(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce(
    (total, each) => ({ passed: total.passed + each.passed, failed: total.failed + each.failed }),
    nothing,
  );
}

/** A part that could not run: it counts as one failed test, and says why. */
export function couldNotRun(reason: string, say: Say): Outcome {
  say(`  ✗ ${reason}\n`);
  return { passed: 0, failed: 1 };
}
