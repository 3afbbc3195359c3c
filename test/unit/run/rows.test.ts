import { sideBySide, type Say } from "../../run/rows";

/** A row that says and ends when it is told to. */
function row(name: string) {
  let say: Say = () => undefined;
  let end: (name: string) => void = () => undefined;
  const run = (told: Say): Promise<string> => {
    say = told;
    return new Promise((resolve) => (end = resolve));
  };
  return { run, say: (word: string) => say(`${name} ${word}\n`), end: () => end(name) };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("rows run at once, and what they say is shown one row after the other", async () => {
  const [a, b, c] = [row("a"), row("b"), row("c")];
  let shown = "";
  const done = sideBySide(
    [a, b, c].map(({ run }) => run),
    (text) => (shown += text),
  );
  c.say("begins");
  b.say("begins");
  a.say("begins");
  expect(shown).toBe("a begins\n");
  c.say("ends");
  c.end();
  await settled();
  expect(shown).toBe("a begins\n");
  a.end();
  await settled();
  expect(shown).toBe("a begins\nb begins\n");
  b.say("goes on");
  expect(shown).toBe("a begins\nb begins\nb goes on\n");
  b.end();
  expect(await done).toEqual(["a", "b", "c"]);
  expect(shown).toBe("a begins\nb begins\nb goes on\nc begins\nc ends\n");
});

test("a row that fails keeps nothing of the others back", async () => {
  let shown = "";
  const failing = sideBySide(
    [
      () => Promise.reject(new Error("broken row")),
      (say) => {
        say("b\n");
        return Promise.resolve();
      },
    ],
    (text) => (shown += text),
  );
  await expect(failing).rejects.toThrow("broken row");
  await settled();
  expect(shown).toBe("b\n");
});
