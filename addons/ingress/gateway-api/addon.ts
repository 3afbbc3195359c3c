import { appliedAddon } from "../../shape/addon";
import { gatewayApiObjects } from "./objects";

// the release that Traefik's own module requires
const version = "1.4.0";
const releases = "https://github.com/kubernetes-sigs/gateway-api/releases/download";

/** The kinds of the Gateway API, for whatever serves them: https://gateway-api.sigs.k8s.io */
export const gatewayApiAddon = appliedAddon("GatewayApi", {
  name: "gateway-api",
  switchedBy: "traefik",
  isOn: ({ traefik: { enabled, gateway } }) => enabled && gateway,
  manifests: {
    // its standard channel: what is experimental may be withdrawn
    "gateway-api": { version, url: `${releases}/v${version}/standard-install.yaml` },
  },
  lab: { manifests: { "gateway-api": "gateway-api" } },
  offers: "gateway-kinds",
  objects: ({ manifests }) => gatewayApiObjects(manifests["gateway-api"]),
});
