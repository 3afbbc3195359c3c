/** Milliseconds of a minute: `5 * minutes` is what jest takes as a test's time. */
export const minutes = 60_000;
