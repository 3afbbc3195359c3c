import { flannelSchema } from "../../../components/config/schema/addons-schema";
import type { Addon } from "../../shape/addon";
import { flannel } from "./component";

/** The pod network, in every cluster. */
export const flannelAddon: Addon = {
  key: "flannel",
  name: "flannel",
  schema: flannelSchema.prefault({}).describe("The pod network."),
  isOn: () => true,
  offers: "network",
  uses: () => [],
  component: flannel,
};
