import { parse, type ParseError, printParseErrorCode } from "jsonc-parser";

/** Where a text stops being JSON. */
export interface JsonErrorPlace {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly got: string;
  /** As `property name expected`. */
  readonly reason: string;
}

/** The first mistake of a text that is no JSON: what Node says of it often has no place. */
export function jsonErrorPlace(text: string): JsonErrorPlace | undefined {
  const mistakes: ParseError[] = [];
  parse(text, mistakes, { disallowComments: true });
  const [first] = mistakes;
  if (first === undefined) return undefined;
  const before = text.slice(0, first.offset).split("\n");
  const [got = ""] = /^\S{0,20}/.exec(text.slice(first.offset)) ?? [];
  const words = printParseErrorCode(first.error).replaceAll(/(?!^)(?=[A-Z])/g, " ");
  return {
    line: before.length,
    column: (before.at(-1) ?? "").length + 1,
    got: got === "" ? "the end of the file" : got,
    reason: words.toLowerCase(),
  };
}
