import { execFileSync } from "node:child_process";
import { tarArchive } from "../../../../provider/apply/tar";

const entry = { content: "x", mode: "0640", owner: "root:daemon" };

test("an archive is what tar makes of it, long names included", () => {
  const long = `/etc/${"directory/".repeat(12)}file`;
  const archive = tarArchive([
    { path: "/etc/a", content: "ä\n", mode: "0640", owner: "root:daemon" },
    { path: long, content: "", mode: "0600", owner: "root:root" },
  ]);
  const listed = execFileSync("tar", ["-tvf", "-"], { input: archive, encoding: "utf8" });
  expect(listed).toMatch(/^-rw-r----- root\/daemon\s+3 .* etc\/a$/m);
  expect(listed).toMatch(new RegExp(`^-rw------- root/root\\s+0 .* ${long.slice(1)}$`, "m"));
});

test("an archive is POSIX's to the letter, for hosts whose tar is not GNU's", () => {
  const archive = tarArchive([{ ...entry, path: "/etc/a", content: "y".repeat(513) }]);
  const field = (at: number, length: number): string =>
    archive.subarray(at, at + length).toString("latin1");
  expect(field(0, 8)).toBe("etc/a\0\0\0");
  expect(field(100, 24)).toBe("0000640\u00000000000\u00000000000\0");
  expect(field(124, 24)).toBe("00000001001\u000000000000000\0");
  const unsummed = Buffer.concat([
    archive.subarray(0, 148),
    Buffer.from(" ".repeat(8)),
    archive.subarray(156, 512),
  ]);
  const sum = unsummed.reduce((total, byte) => total + byte, 0);
  expect(field(148, 8)).toBe(`${sum.toString(8).padStart(6, "0")}\0 `);
  expect(field(156, 1)).toBe("0");
  expect(field(257, 8)).toBe("ustar\u000000");
  expect(field(512 + 513, 511)).toBe("\0".repeat(511));
  expect(field(512 + 1024, 1024)).toBe("\0".repeat(1024));
  expect(archive).toHaveLength(512 + 1024 + 1024);
});

test.each([
  [100, 4],
  [101, 6],
])("a name of %d bytes is kept whole in %d blocks", (length, blocks) => {
  const name = `etc/${"é".repeat(4)}${"a".repeat(length - 12)}`;
  const archive = tarArchive([{ ...entry, path: `/${name}` }]);
  const listed = execFileSync("tar", ["--quoting-style=literal", "-tf", "-"], {
    input: archive,
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });
  expect(listed).toBe(`${name}\n`);
  expect(archive).toHaveLength(512 * blocks);
});

test("nothing to transfer is no archive: the call then reads no payload", () => {
  expect(tarArchive([])).toHaveLength(0);
});
