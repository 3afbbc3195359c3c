import { directoryOf, parentsOf } from "../../../../provider/layer/host-paths";

test.each([
  ["/etc/app/a.conf", "/etc/app"],
  ["/app", "/"],
])("%s is staged in %s", (path, directory) => {
  expect(directoryOf(path)).toBe(directory);
});

test.each([
  ["/srv/app/data/a", ["/srv", "/srv/app", "/srv/app/data"]],
  ["/a", []],
])("before %s can be put in place there must be %j, in that order", (path, parents) => {
  expect(parentsOf(path)).toEqual(parents);
});
