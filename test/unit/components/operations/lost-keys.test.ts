import { keyRefusal, type KeyFile } from "../../../../components/operations/lost-keys";

const key = (identity: string) => ({ identity, title: `key ${identity}, sha256 ${identity}` });
const file = (found: readonly string[], written: readonly string[] | undefined): KeyFile => ({
  host: "cp1",
  path: "/etc/kubernetes/pki/sa.pub",
  found: found.map(key),
  written: written?.map(key),
});

test.each([
  ["has the same key", file(["a"], ["a"])],
  ["gets a further key beside its own", file(["a"], ["b", "a"])],
  ["has several keys and keeps them all", file(["a", "b"], ["b", "a"])],
  ["has none", file([], ["a"])],
  ["has none, while nobody knows what it gets", file([], undefined)],
])("a file that %s is written", (_, each) => {
  expect(keyRefusal([each])).toBeUndefined();
});

test.each([
  ["would get another key", file(["a"], ["b"]), ["a"]],
  ["would lose one of its keys", file(["a", "b"], ["b", "c"]), ["a"]],
  ["would lose all of them", file(["a", "b"], []), ["a", "b"]],
  ["has a key, while this run makes a new one", file(["a"], undefined), ["a"]],
])("a file that %s is refused, with what is there", (_, each, lost) => {
  const lines = (keyRefusal([each]) ?? "").split("\n");
  expect(lines.slice(1, -1)).toEqual(
    lost.map((name) => `  cp1: /etc/kubernetes/pki/sa.pub: key ${name}, sha256 ${name}`),
  );
  expect(lines.at(-1)).toContain("Restore the state that made them (pulumi stack import)");
});

test("all hosts and files are told of at once", () => {
  const other = { ...file(["c"], ["d"]), host: "cp2" };
  const refusal = keyRefusal([file(["a"], ["b"]), file(["e"], ["e"]), other]);
  expect(refusal?.match(/^ {2}cp\d: /gm)).toEqual(["  cp1: ", "  cp2: "]);
});
