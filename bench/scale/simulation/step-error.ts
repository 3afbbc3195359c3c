/** A step that fails, with the words of the library's `die`. */
export class StepError extends Error {}
