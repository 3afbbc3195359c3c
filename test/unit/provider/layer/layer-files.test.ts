import { spawnSync } from "node:child_process";
import { installLinks, sha256, sysctlPath } from "../../../../provider/layer/layer-files";

const folder = "/etc/systemd/system";

describe("links that start a unit at boot", () => {
  test.each<[string, string, string[]]>([
    ["wants", "WantedBy=a.target", ["a.target.wants/x.service"]],
    ["requires", "RequiredBy=a.target", ["a.target.requires/x.service"]],
    ["upholds", "UpheldBy=a.target", ["a.target.upholds/x.service"]],
    ["is an alias", "Alias=y.service", ["y.service"]],
    [
      "names several, between spaces",
      "WantedBy =  a.target \t b.target ",
      ["a.target.wants/x.service", "b.target.wants/x.service"],
    ],
    [
      "has several lines",
      "RequiredBy=b.target\nWantedBy=a.target",
      ["b.target.requires/x.service", "a.target.wants/x.service"],
    ],
    ["empties its list", "WantedBy=", []],
    ["says something else", "Also=y.service\nDefaultInstance=1", []],
    ["has a comment", "#WantedBy=a.target\n;WantedBy=b.target", []],
    ["goes on with another section", "[Service]\nWantedBy=a.target", []],
  ])("by an [Install] section that %s", (_, text, links) => {
    const content = `[Unit]\nDescription=x\n\n[Install]\n${text}\n`;
    expect(installLinks("x.service", content)).toEqual(links.map((link) => `${folder}/${link}`));
  });

  test.each(["WantedBy=a.target", "Description=[Install]\nWantedBy=a.target"])(
    "are not those of another section: %j",
    (text) => {
      expect(installLinks("x.service", `[Unit]\n${text}\n`)).toEqual([]);
    },
  );

  test("are none of a text without sections", () => {
    expect(installLinks("x.service", "WantedBy=a.target\n")).toEqual([]);
  });
});

test.each([
  ["net.ipv4.ip_forward", "net/ipv4/ip_forward"],
  // an interface's own dots are told apart by slashes, as sysctl(8) has it
  ["net/ipv4/conf/eth0.1/rp_filter", "net/ipv4/conf/eth0.1/rp_filter"],
])("kernel parameter %s is the file %s", (name, path) => {
  expect(sysctlPath(name)).toBe(`/proc/sys/${path}`);
});

test("sums are those that sha256sum prints on a host", () => {
  const { stdout } = spawnSync("sha256sum", { input: "größe\n", encoding: "utf8" });
  expect(`${sha256("größe\n")}  -\n`).toBe(stdout);
});
