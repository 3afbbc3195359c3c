import type { HostConnection, Rollout } from "../api";
import type { LayerItems } from "./item-kinds";

/** Everything that one layer puts on one host; the resource's inputs. Keys of maps are absolute paths or names. */
export interface HostLayerInputs extends LayerItems {
  readonly host: HostConnection;
  /** Name of the cluster that owns the host; written to /etc/plinth/cluster.json, another owner is refused. */
  readonly cluster: string;
  /** Tells clusters of one name apart; written there, too. Absent in states of earlier versions. */
  readonly clusterId?: string;
  /** Name of the layer, unique on its host; its manifest is /etc/plinth/layers/<layer>.json. */
  readonly layer: string;
  /** Every key of `units` once, in starting order. */
  readonly unitOrder: readonly string[];
  readonly rollout?: Rollout;
}
