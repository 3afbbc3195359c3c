import type { Addon } from "../../shape/addon";
import { traefik } from "./component";
import { ingressHostProblems, ingressPortProblems } from "./rules";
import { traefikSchema } from "./schema";

/** Ingresses, and Gateways where wanted, are served to the outside. */
export const traefikAddon: Addon = {
  key: "traefik",
  name: "traefik",
  schema: traefikSchema,
  isOn: ({ traefik: { enabled } }) => enabled,
  rules: [
    { reads: ["addons", "hosts"], problems: ingressHostProblems },
    { reads: ["addons", "api", "controlPlane"], problems: ingressPortProblems },
  ],
  offers: "ingress",
  uses: ({ traefik: { exposure } }) =>
    exposure === "loadBalancer" ? ["gateway-kinds", "load-balancer"] : ["gateway-kinds"],
  component: traefik,
};
