import { coreDnsSchema } from "../../../components/config/schema/addons-schema";
import { nonrootUser } from "../../kit/restricted-pod";
import { appliedAddon } from "../../shape/addon";
import { coreDnsObjects } from "./objects";

/** DNS, in every cluster: names of services resolve in every pod, as long as one of CoreDNS's replicas lives. */
export const coreDnsAddon = appliedAddon("CoreDns", {
  key: "coredns",
  name: "coredns",
  schema: coreDnsSchema.prefault({}).describe("DNS of the cluster."),
  isOn: () => true,
  images: { coredns: "registry.k8s.io/coredns/coredns:v1.14.2" },
  lab: { images: { coredns: { product: "coredns", user: nonrootUser } } },
  objects: ({ config, images }) => coreDnsObjects(config, images.coredns),
});
