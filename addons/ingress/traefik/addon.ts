import { appliedAddon } from "../../shape/addon";
import { traefikObjects } from "./objects";
import { ingressHostProblems, ingressPortProblems } from "./rules";
import { traefikSchema } from "./schema";

/** Ingresses, and Gateways where wanted, are served to the outside: https://doc.traefik.io/traefik/ */
export const traefikAddon = appliedAddon("Traefik", {
  key: "traefik",
  name: "traefik",
  schema: traefikSchema,
  isOn: ({ traefik: { enabled } }) => enabled,
  rules: [
    { reads: ["addons", "hosts"], problems: ingressHostProblems },
    { reads: ["addons", "api", "controlPlane"], problems: ingressPortProblems },
  ],
  images: { traefik: "docker.io/library/traefik:v3.6.12" },
  lab: { images: { traefik: { product: "traefik" } } },
  needs: { chosenPorts: true },
  offers: "ingress",
  uses: ({ traefik: { exposure } }) =>
    exposure === "loadBalancer" ? ["gateway-kinds", "load-balancer"] : ["gateway-kinds"],
  objects: ({ config, images }) => traefikObjects(config, images.traefik),
});
