import { z } from "zod";

import { type ConfigProblem, wrongValue } from "./config-problem";
import { nearMiss } from "../../../text/near-miss";

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

/** The problems of a value that does not fit its schema, with near misses. */
export function schemaProblems(
  schema: z.core.$ZodType,
  raw: unknown,
  issues: readonly Issue[],
): readonly ConfigProblem[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      const known = knownKeys(schemaAt(schema, issue.path));
      return issue.keys.map((key) => unknownKey([...issue.path, key], key, known));
    }
    if (issue.code === "invalid_key") {
      const [nested] = issue.issues;
      const name = issue.path.at(-1);
      const expected = nested === undefined ? "another" : expectedText(nested, name);
      return [{ path: issue.path, text: `got the name "${String(name)}", expected ${expected}` }];
    }
    const got = valueAt(raw, issue.path);
    return [wrongValue(issue.path, got, expectedText(issue, got))];
  });
}

/** The value at a path inside a parsed YAML document. */
export function valueAt(raw: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (isRecord(value) ? value[String(key)] : undefined),
    raw,
  );
}

/** Whether a value has keys: a map or a list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function unknownKey(path: Path, key: string, known: readonly string[]): ConfigProblem {
  const near = nearMiss(key, known);
  const expected =
    near === undefined ? `expected one of ${known.join(", ")}` : `did you mean ${near}?`;
  return { path, text: `unknown key, ${expected}` };
}

function expectedText(issue: Issue, got: unknown): string {
  if (issue.code === "invalid_value") {
    const values = issue.values.map(String);
    const near = typeof got === "string" ? nearMiss(got, values) : undefined;
    return `one of ${values.join(", ")}${near === undefined ? "" : `; did you mean ${near}?`}`;
  }
  if (issue.code === "invalid_type" && issue.message.startsWith("Invalid input")) {
    return issue.expected === "object" ? "a map of keys" : `a ${issue.expected}`;
  }
  if (issue.code === "too_small" && issue.message.startsWith("Too small")) return "text";
  return issue.message;
}

/** The schema of the value at a path, without its wrappers for defaults and absence. */
function schemaAt(schema: z.core.$ZodType, path: Path): z.core.$ZodType {
  return path.reduce<z.core.$ZodType>((current, key) => {
    const inner = innerSchema(current);
    if (inner instanceof z.ZodObject) return shapeOf(inner)[String(key)] ?? inner;
    if (inner instanceof z.ZodRecord) return inner.valueType;
    if (inner instanceof z.ZodArray) return inner.element;
    return inner;
  }, schema);
}

function knownKeys(schema: z.core.$ZodType): readonly string[] {
  const inner = innerSchema(schema);
  if (inner instanceof z.ZodObject) return Object.keys(shapeOf(inner));
  const names = inner instanceof z.ZodRecord ? inner.keyType : undefined;
  return names instanceof z.ZodEnum ? names.options.map(String) : [];
}

/** The value schemas of an object by key. */
export function shapeOf(schema: z.ZodObject): Readonly<Record<string, z.core.$ZodType>> {
  return schema.shape;
}

/** A schema without its wrappers for defaults and absence. */
export function innerSchema(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodExactOptional
    ? innerSchema(schema.unwrap())
    : schema;
}
