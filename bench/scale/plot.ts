/** A line of a plot: a name and its points. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

const colours = ["#1f77b4", "#2ca02c", "#d62728", "#9467bd", "#8c564b"];
const [width, height] = [720, 420];
const frame = { left: 60, right: 700, top: 40, bottom: 370 };

/** A plot with straight lines from nought, as SVG. */
export function plot(
  title: string,
  xLabel: string,
  yLabel: string,
  all: readonly Series[],
): string {
  const points = all.flatMap((series) => series.points);
  const xTop = Math.max(...points.map(([x]) => x));
  const yStep = roundStep(Math.max(...points.map(([, y]) => y)) / 6);
  const yTop = Math.ceil(Math.max(...points.map(([, y]) => y)) / yStep) * yStep;
  const atX = (x: number): number => frame.left + (x / xTop) * (frame.right - frame.left);
  const atY = (y: number): number => frame.bottom - (y / yTop) * (frame.bottom - frame.top);
  const ticks = Array.from({ length: Math.round(yTop / yStep) + 1 }, (_, index) => index * yStep);
  const xs = [...new Set(points.map(([x]) => x))];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    text(width / 2, 22, title, "middle"),
    text(width / 2, height - 12, xLabel, "middle"),
    text(8, frame.top - 12, yLabel, "start"),
    ...ticks.map((y) => rule(atY(y)) + text(frame.left - 6, atY(y) + 4, number(y), "end")),
    ...xs.map((x) => text(atX(x), frame.bottom + 18, number(x), "middle")),
    ...all.map((series, index) => line(series, index, atX, atY)),
    "</svg>\n",
  ].join("\n");
}

function line(
  { name, points }: Series,
  index: number,
  atX: (x: number) => number,
  atY: (y: number) => number,
): string {
  const colour = colours[index % colours.length] ?? "black";
  const places = points.map(([x, y]) => [atX(x).toFixed(1), atY(y).toFixed(1)] as const);
  const path = places.map((place) => place.join(",")).join(" ");
  const legend = frame.top + 16 * index + 8;
  return [
    `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...places.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3" fill="${colour}"/>`),
    `<rect x="${frame.left + 12}" y="${legend - 8}" width="12" height="4" fill="${colour}"/>`,
    text(frame.left + 30, legend, name, "start"),
  ].join("\n");
}

function rule(y: number): string {
  return `<line x1="${frame.left}" x2="${frame.right}" y1="${y}" y2="${y}" stroke="#ddd"/>`;
}

function text(x: number, y: number, words: string, anchor: string): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${words}</text>`;
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** The next larger of 1, 2 and 5 times a power of ten. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10);
}
