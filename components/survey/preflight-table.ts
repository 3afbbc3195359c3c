import type { Finding } from "./finding";

const heads = ["HOST", "PROBLEM", "WHAT TO DO"] as const;
/** Wide enough for most findings, narrow enough for a terminal. */
const maxCellWidth = 58;

/** Findings as an aligned text table: host, problem, what to do; long cells take several lines. Empty text without findings. */
export function preflightTable(findings: readonly Finding[]): string {
  if (findings.length === 0) return "";
  const cells = findings.map(({ host, problem, remedy }) => [host, problem, remedy]);
  const rows = [heads, ...cells].flatMap((row) => tableLines(row.map(wrappedLines)));
  const widths = heads.map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Lines of at most `maxCellWidth` letters, but for words that are longer. */
function wrappedLines(text: string): readonly string[] {
  return text.split(/\s+/).reduce<readonly string[]>((lines, word) => {
    const last = lines.at(-1);
    return last === undefined || last.length + 1 + word.length > maxCellWidth
      ? [...lines, word]
      : lines.with(-1, `${last} ${word}`);
  }, []);
}

function tableLines(row: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const height = Math.max(...row.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => row.map((lines) => lines[line] ?? ""));
}
