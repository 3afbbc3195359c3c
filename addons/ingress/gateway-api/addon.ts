import type { Addon } from "../../shape/addon";
import { gatewayApi } from "./component";

/** The kinds of the Gateway API. */
export const gatewayApiAddon: Addon = {
  name: "gateway-api",
  // of a key of whoever serves it
  isOn: ({ traefik: { enabled, gateway } }) => enabled && gateway,
  manifests: ["gateway-api"],
  offers: "gateway-kinds",
  component: gatewayApi,
};
