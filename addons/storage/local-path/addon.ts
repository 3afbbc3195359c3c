import { appliedAddon } from "../../shape/addon";
import { localPathObjects } from "./objects";
import { storageProblems } from "./rules";
import { storageClassesSchema } from "./schema";

/** Claims get directories of the nodes' own disks: https://github.com/rancher/local-path-provisioner */
export const localPathAddon = appliedAddon("LocalPathStorage", {
  key: "storageClasses",
  name: "local-path",
  schema: storageClassesSchema,
  isOn: ({ storageClasses }) => Object.keys(storageClasses).length > 0,
  rules: [{ reads: ["addons"], problems: storageProblems }],
  images: {
    "local-path-provisioner": "docker.io/rancher/local-path-provisioner:v0.0.30",
    // of the pods that make and delete directories
    busybox: "docker.io/library/busybox:1.37.0",
  },
  lab: {
    images: {
      "local-path-provisioner": {
        product: "local-path-provisioner",
        path: "usr/bin/local-path-provisioner",
      },
      busybox: { busybox: ["sh", "mkdir", "rm", "cat", "chmod", "ls", "sleep", "true"] },
    },
  },
  needs: {
    directories: ({ storageClasses }) => Object.values(storageClasses).map(({ path }) => path),
  },
  offers: "storage",
  objects: ({ config, images }) => localPathObjects(config.addons.storageClasses, images),
});
