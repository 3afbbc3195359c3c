import type { Addon } from "../../shape/addon";
import { localPathStorage } from "./component";
import { storageProblems } from "./rules";
import { storageClassesSchema } from "./schema";

/** Claims get directories of the nodes' own disks. */
export const localPathAddon: Addon = {
  key: "storageClasses",
  name: "local-path",
  schema: storageClassesSchema,
  isOn: ({ storageClasses }) => Object.keys(storageClasses).length > 0,
  rules: [{ reads: ["addons"], problems: storageProblems }],
  needs: {
    directories: ({ storageClasses }) => Object.values(storageClasses).map(({ path }) => path),
  },
  offers: "storage",
  component: localPathStorage,
};
