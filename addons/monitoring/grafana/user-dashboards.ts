import type { types } from "@pulumi/kubernetes";
import type { AddonObject } from "../../kit/addon-object";
import { configMap } from "../../kit/kinds";
import { namespace } from "../shared/ports-and-names";

/** Folder in which Grafana finds them. */
export const userDirectory = "/etc/grafana/user-dashboards";

const objectName = (name: string) => `grafana-dashboard-${name}`;

/** The user's dashboards, each in a ConfigMap of its own: all that one takes is a mebibyte. */
export function userDashboards(
  dashboards: Readonly<Record<string, string>>,
): readonly AddonObject[] {
  return Object.entries(dashboards).map(([name, text]) => ({
    name: objectName(name),
    object: configMap({ name: objectName(name), namespace }, { data: { [`${name}.json`]: text } }),
    after: ["namespace"],
  }));
}

/** All of them as the files of one volume. */
export function userVolume(names: readonly string[]): types.input.core.v1.Volume {
  const sources = names.map((name) => ({ configMap: { name: objectName(name) } }));
  return { name: "user-dashboards", projected: { sources } };
}
