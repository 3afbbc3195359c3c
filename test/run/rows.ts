/** Takes what a part of the tests has to say, as it comes. */
export type Say = (text: string) => void;

/**
 * Runs rows of work beside each other; their results in the rows' order. What the first one says is
 * shown as it comes, and that of each further one once those before it have ended.
 */
export async function sideBySide<T>(
  rows: readonly ((say: Say) => Promise<T>)[],
  show: Say,
): Promise<T[]> {
  const held = rows.map(() => "");
  const ended = rows.map(() => false);
  let shown = 0;
  const say = (row: number, text: string): void => {
    if (row === shown) show(text);
    else held[row] = `${held[row] ?? ""}${text}`;
  };
  const end = (row: number): void => {
    ended[row] = true;
    while (ended[shown] === true) show(held[++shown] ?? "");
  };
  return Promise.all(
    rows.map((row, index) => row((text) => say(index, text)).finally(() => end(index))),
  );
}
