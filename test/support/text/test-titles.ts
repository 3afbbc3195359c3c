import * as ts from "typescript";

/** Titles of a test file's tests and groups, a line each, tests below their groups. */
export function testTitles(source: string): readonly string[] {
  const lines: string[] = [];
  const visit = (node: ts.Node, indent: string): void => {
    const title = titleOf(node);
    if (title !== undefined) lines.push(`${indent}${title}`);
    ts.forEachChild(node, (child) => visit(child, title === undefined ? indent : `${indent}  `));
  };
  visit(ts.createSourceFile("test.ts", source, ts.ScriptTarget.Latest), "");
  return lines;
}

/** What a call of `test`, `describe` or their `each` has as its title. */
function titleOf(node: ts.Node): string | undefined {
  if (!ts.isCallExpression(node) || !isTestFunction(node.expression)) return undefined;
  const [title] = node.arguments;
  if (title === undefined) return undefined;
  if (ts.isStringLiteralLike(title)) return title.text;
  if (!ts.isTemplateExpression(title)) return "…";
  const { head, templateSpans } = title;
  return [head, ...templateSpans.map(({ literal }) => literal)].map(({ text }) => text).join("…");
}

function isTestFunction(called: ts.Expression): boolean {
  if (ts.isIdentifier(called)) return called.text === "test" || called.text === "describe";
  // describe.each(table)(title, …)
  return (
    ts.isCallExpression(called) &&
    ts.isPropertyAccessExpression(called.expression) &&
    called.expression.name.text === "each" &&
    isTestFunction(called.expression.expression)
  );
}
