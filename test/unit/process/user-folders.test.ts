import { homedir } from "node:os";
import { cacheFolder, expandedHome } from "../../../process/user-folders";

const { XDG_CACHE_HOME } = process.env;

afterEach(() => {
  if (XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = XDG_CACHE_HOME;
});

test.each([
  ["/caches", "/caches/plinth"],
  ["", `${homedir()}/.cache/plinth`],
])("with XDG_CACHE_HOME=%s the cache is %s", (value, expected) => {
  process.env.XDG_CACHE_HOME = value;
  expect(cacheFolder()).toBe(expected);
});

test.each([
  ["~", "/home/ann"],
  ["~/.ssh/id", "/home/ann/.ssh/id"],
  ["~other/.ssh/id", "~other/.ssh/id"],
  ["/etc/~", "/etc/~"],
])("%s is %s", (path, expected) => {
  expect(expandedHome(path, "/home/ann")).toBe(expected);
});
