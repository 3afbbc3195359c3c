import { flannelSchema } from "../../../components/config/schema/addons-schema";
import { appliedAddon } from "../../shape/addon";
import { flannelObjects } from "./objects";

/** The pod network, in every cluster: pods of different hosts reach each other. */
export const flannelAddon = appliedAddon("Flannel", {
  key: "flannel",
  name: "flannel",
  schema: flannelSchema.prefault({}).describe("The pod network."),
  isOn: () => true,
  images: { flannel: "ghcr.io/flannel-io/flannel:v0.28.9" },
  lab: {
    images: { flannel: { product: "flanneld", path: "opt/bin/flanneld", packetFilters: true } },
  },
  // made by flanneld, whichever host it runs on
  // flanneld makes the interface; what hosts have of flannel themselves is in components/node/cni/
  needs: {
    modules: ({ flannel }) => (flannel.backend === "vxlan" ? { vxlan: "the pod network" } : {}),
  },
  offers: "network",
  uses: () => [],
  objects: ({ config, images }) => flannelObjects(config, images.flannel),
});
