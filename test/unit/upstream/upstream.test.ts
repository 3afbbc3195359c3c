import { publishedChecksum } from "../../../upstream/checksum-file";
import { mirroredUrl } from "../../../upstream/mirrored-url";

const sum = "ab".repeat(32);
const other = "cd".repeat(32);

test.each([
  ["https://dl.k8s.io/release/a", "http://m:8080/x", "http://m:8080/x/dl.k8s.io/release/a"],
  ["https://dl.k8s.io/release/a", "http://m:8080/x/", "http://m:8080/x/dl.k8s.io/release/a"],
  ["http://m:8080/x/dl.k8s.io/a", "http://m:8080/x", "http://m:8080/x/dl.k8s.io/a"],
  ["https://m.example.org/a", "http://m", "http://m/m.example.org/a"],
])("%s on the mirror %s is %s", (url, mirror, expected) => {
  expect(mirroredUrl(url, mirror)).toBe(expected);
});

test.each([
  ["the sum alone", sum],
  ["a line break", `${sum}\n`],
  ["the file's name", `${sum}  kubelet\n`],
  ["a path and a star", `${sum} *./bin/kubelet\n`],
  ["many files", `${other}  kubelet.exe\n${sum}  kubelet\n`],
  ["capitals", sum.toUpperCase()],
])("a checksum file with %s gives the sum of the download", (_, text) => {
  expect(publishedChecksum(text, "https://dl.k8s.io/x/kubelet")).toBe(sum);
});

test.each([
  ["another file", `${sum}  kubectl\n`],
  ["no sum", "<html>not found</html>"],
  ["sha512", `${sum}${sum}  kubelet`],
  ["two sums without names", `${sum}\n${other}\n`],
])("a checksum file with %s gives none", (_, text) => {
  expect(() => publishedChecksum(text, "https://dl.k8s.io/x/kubelet")).toThrow(
    "it has no sha256 of kubelet",
  );
});
