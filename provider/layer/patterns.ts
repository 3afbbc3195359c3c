/** Texts of which inputs consist, each with what is expected in words. */
import { z } from "zod";

/** Text that matches a pattern. */
export function text(pattern: RegExp, expected: string): z.ZodType<string> {
  return z.string().refine((value) => pattern.test(value), {
    error: (issue) => `is ${JSON.stringify(issue.input)}, expected ${expected}`,
  });
}

export const count = z.number().int().min(0);
export const deadlineSeconds = count;
export const path = text(
  /^\/(?!\/)(?!.*(\/\/|\/\.\.?(\/|$)|\n|\t)).*[^/]$/,
  "an absolute path without . and .. and final slash",
);
export const mode = text(/^[0-7]{4}$/, 'octal text such as "0644"');
export const owner = text(/^[^:\s]+:[^:\s]+$/, "user:group");
export const name = text(/^[A-Za-z0-9_][\w.@:+-]*$/, "a name");
export const unitName = text(
  /^[\w:.@\\-]+\.(service|socket|timer|mount|path|target|slice)$/,
  "a full unit name such as etcd.service",
);
export const argv = z.array(z.string()).min(1);
