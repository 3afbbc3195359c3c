import { neededManifest } from "../../kit/needed-manifest";
import { appliedAddon } from "../../shape/addon";
import { gatewayApiObjects } from "./objects";

/** The kinds of the Gateway API, for whatever serves them: https://gateway-api.sigs.k8s.io */
export const gatewayApiAddon = appliedAddon("GatewayApi", {
  name: "gateway-api",
  // of a key of whoever serves it
  isOn: ({ traefik: { enabled, gateway } }) => enabled && gateway,
  manifests: ["gateway-api"],
  offers: "gateway-kinds",
  objects: ({ manifests }) => gatewayApiObjects(neededManifest(manifests, "gateway-api")),
});
