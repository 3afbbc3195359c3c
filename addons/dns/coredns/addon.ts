import { coreDnsSchema } from "../../../components/config/schema/addons-schema";
import type { Addon } from "../../shape/addon";
import { coreDns } from "./component";

/** DNS, in every cluster. */
export const coreDnsAddon: Addon = {
  key: "coredns",
  name: "coredns",
  schema: coreDnsSchema.prefault({}).describe("DNS of the cluster."),
  isOn: () => true,
  component: coreDns,
};
