import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";

const golden = join(__dirname, "../../golden/addons");

/** Add-ons whose pods are upstream's own, and those that set up the network of their node. */
const upstream = ["cert-manager", "metallb"];
const network = ["flannel", "coredns"];

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly verbs: readonly string[];
}

/** As far as it is looked at here; the golden files hold objects of Kubernetes' own form. */
interface GoldenObject {
  readonly kind: string;
  readonly rules?: readonly Rule[];
  readonly spec?: { readonly template?: { readonly spec: PodSpec } };
}

interface PodSpec {
  readonly securityContext?: object;
  readonly containers: readonly {
    readonly securityContext?: { readonly capabilities?: object };
    readonly resources?: { readonly limits?: { readonly memory?: string } };
  }[];
}

const objects = readdirSync(golden).flatMap((addon) =>
  readdirSync(join(golden, addon)).map((file) => ({
    addon,
    file: `${addon}/${file}`,
    object: load(readFileSync(join(golden, addon, file), "utf8")) as GoldenObject,
  })),
);

const pods = objects.flatMap(({ addon, file, object }) => {
  const spec = object.spec?.template?.spec;
  return spec === undefined || [...upstream, ...network].includes(addon) ? [] : [{ file, spec }];
});

test.each(pods.map(({ file, spec }) => [file, spec] as const))(
  "the pods of %s run without root and capabilities, with a read-only root and a memory limit",
  (_, { securityContext, containers }) => {
    for (const container of containers) {
      expect({ ...securityContext, ...container.securityContext }).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: "RuntimeDefault" },
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
      });
      // and none is added again
      expect(container.securityContext?.capabilities).toEqual({ drop: ["ALL"] });
      expect(container.resources?.limits?.memory).toMatch(/^\d+(Mi|Gi)$/);
    }
  },
);

const rules = objects.flatMap(({ addon, file, object: { rules } }) =>
  (rules ?? []).map((rule) => ({ addon, file, rule })),
);

test("no role of an add-on has a right to everything of a kind", () => {
  const wide = rules.filter(({ rule: { apiGroups, resources, verbs } }) =>
    [...(apiGroups ?? []), ...(resources ?? []), ...verbs].includes("*"),
  );
  expect(rules.length).toBeGreaterThan(20);
  expect(wide).toEqual([]);
});

test("of all add-ons that Plinth writes the roles of, Traefik alone reads Secrets", () => {
  const readers = rules.filter(({ rule }) => rule.resources?.includes("secrets"));
  expect(new Set(readers.map(({ addon }) => addon.replace(/-(host|node)-ports$/, "")))).toEqual(
    new Set(["traefik"]),
  );
  for (const { rule } of readers) expect(rule.verbs).toEqual(["get", "list", "watch"]);
});
