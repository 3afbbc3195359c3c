import { dump } from "js-yaml";

/** YAML text of a plain value, without anchors or folded lines, so that a diff is line by line. */
export function toYaml(value: object): string {
  return dump(value, { noRefs: true, lineWidth: -1 });
}
