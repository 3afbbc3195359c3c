import { execFileSync } from "node:child_process";
import { tarArchive } from "../../../../provider/apply/tar";

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
