import { componentAddon } from "../../shape/addon";
import { metalLb } from "./component";
import { metalLbImages, metalLbLab, metalLbManifests } from "./downloads";
import { bgpProblems, poolProblems } from "./rules";
import { metallbSchema } from "./schema";

/** Services of type LoadBalancer get addresses. */
export const metalLbAddon = componentAddon({
  key: "metallb",
  name: "metallb",
  schema: metallbSchema,
  isOn: ({ metallb: { pools } }) => Object.keys(pools).length > 0,
  rules: [
    { reads: ["addons", "api", "network"], problems: poolProblems },
    { reads: ["addons"], problems: bgpProblems },
  ],
  images: metalLbImages,
  manifests: metalLbManifests,
  lab: metalLbLab,
  needs: {
    ports: [
      { port: 7472, owner: "MetalLB's metrics", on: "node" },
      { port: 7946, owner: "MetalLB's speakers", on: "node" },
    ],
  },
  offers: "load-balancer",
  component: metalLb,
});
