import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { namespace } from "../shared/ports-and-names";

/** Folder in which Grafana finds them. */
export const userDirectory = "/etc/grafana/user-dashboards";

const objectName = (name: string) => `grafana-dashboard-${name}`;

/** The user's dashboards, each in a ConfigMap of its own: all that one takes is a mebibyte. */
export function userDashboards(
  prefix: string,
  dashboards: Readonly<Record<string, string>>,
  inNamespace: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  return Object.entries(dashboards).map(
    ([name, text]) =>
      new kubernetes.core.v1.ConfigMap(
        `${prefix}-dashboard-${name}`,
        { metadata: { name: objectName(name), namespace }, data: { [`${name}.json`]: text } },
        inNamespace,
      ),
  );
}

/** All of them as the files of one volume. */
export function userVolume(names: readonly string[]): kubernetes.types.input.core.v1.Volume {
  const sources = names.map((name) => ({ configMap: { name: objectName(name) } }));
  return { name: "user-dashboards", projected: { sources } };
}
