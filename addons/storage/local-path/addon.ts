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
  needs: {
    directories: ({ storageClasses }) => Object.values(storageClasses).map(({ path }) => path),
  },
  offers: "storage",
  objects: ({ config, images }) => localPathObjects(config.addons.storageClasses, images),
});
