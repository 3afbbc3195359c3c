import type { HostConfig } from "../../../components/config/model/host-config";
import { controlPlaneContent } from "../../../components/control-plane/control-plane";
import { etcdContent } from "../../../components/etcd/etcd-cluster";
import type { LayerContent } from "../../../components/host/host-layer";
import type { LayerContext } from "../../../components/host/layer-context";
import { nodeContent, runtimeContent } from "../../../components/node/kubelet-nodes";
import { firstRegistration } from "../../../components/node/registration";
import { toYaml } from "../../../components/text/yaml";

/**
 * What lands on a host, by path relative to its root: files and units with their whole text, and
 * one `layer-<name>.yaml` for whatever else a layer brings.
 */
export function hostGolden(context: LayerContext, name: string): Readonly<Record<string, string>> {
  const host = context.config.hosts.find((each) => each.name === name);
  if (host === undefined) throw new Error(`the fixture has no host "${name}"`);
  return Object.fromEntries(
    Object.entries(layersOf(context, host)).flatMap(([layer, content]) => [
      ...Object.entries(content.files).map(([path, file]) => [path.slice(1), file.content]),
      ...Object.entries(content.units).map(([unit, { content: text }]) => [
        `etc/systemd/system/${unit}`,
        text,
      ]),
      [`layer-${layer}.yaml`, toYaml(withoutText(content))],
    ]),
  ) as Readonly<Record<string, string>>; // the entries above are pairs of text
}

/** Every layer of a host, rendered as the components do. */
export function layersOf(
  context: LayerContext,
  host: HostConfig,
): Readonly<Record<string, Required<LayerContent>>> {
  return {
    ...(host.roles.includes("etcd") ? { etcd: etcdContent(context, host) } : {}),
    ...(host.roles.includes("control-plane")
      ? { "control-plane": controlPlaneContent(context, host) }
      : {}),
    ...(host.node
      ? {
          runtime: runtimeContent(context, host),
          node: nodeContent(context, host, firstRegistration),
        }
      : {}),
  };
}

function withoutText(content: Required<LayerContent>): object {
  const parts = {
    ...content,
    files: textless(content.files),
    units: textless(content.units),
  };
  return Object.fromEntries(
    Object.entries(parts).filter(([, part]) => Object.keys(part as object).length > 0),
  );
}

function textless(records: Readonly<Record<string, { readonly content: string }>>): object {
  return Object.fromEntries(
    Object.entries(records).map(([key, { content: _, ...rest }]) => [key, rest]),
  );
}
