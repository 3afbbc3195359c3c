import { clusterProgram } from "../support/program/program-fixture";
import type { RecordedProgram, RecordedResource } from "../support/program/recorded-program";

let program: RecordedProgram;

beforeAll(async () => {
  program = await clusterProgram("ha");
});

/** Paths of the text values that hold what `holds` looks for. */
function pathsOf(value: unknown, holds: RegExp, path = ""): string[] {
  if (typeof value === "string") return holds.test(value) ? [path] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const place = /^[\w-]+$/.test(key)
      ? `${path === "" ? "" : `${path}.`}${key}`
      : `${path}["${key}"]`;
    return pathsOf(item, holds, place);
  });
}

function isSecret(resource: RecordedResource, path: string): boolean {
  return resource.secretInputs.some((secret) => path === secret || path.startsWith(`${secret}.`));
}

test("every private key and every generated password travels as a secret", () => {
  const made = /privateKeyPem\w* of |result of /;
  let seen = 0;
  for (const resource of program.resources) {
    const paths = pathsOf(resource.inputs, made);
    seen += paths.length;
    expect(paths.filter((path) => !isSecret(resource, path))).toEqual([]);
  }
  expect(seen).toBeGreaterThan(20);
});

test("the encryption key, of which only a derived file travels, is a secret in it", () => {
  const layers = program.resources.filter((resource) => resource.name.endsWith("-control-plane"));
  expect(layers).toHaveLength(3);
  for (const layer of layers) {
    expect(layer.secretInputs).toContain(
      'files["/etc/kubernetes/apiserver/encryption.yaml"].content',
    );
  }
});

test("the administrator's kubeconfig is a secret towards the provider and as an output", async () => {
  const provider = program.resources.find(
    (resource) => resource.type === "pulumi:providers:kubernetes",
  );
  expect(provider?.secretInputs).toContain("kubeconfig");
  const { kubeconfig } = program.outputs as { kubeconfig: { isSecret: Promise<boolean> } };
  await expect(kubeconfig.isSecret).resolves.toBe(true);
});

test("certificates are no secrets: a preview shows them", () => {
  const certificates = program.resources.flatMap((resource) =>
    resource.secretInputs.filter((path) => path.endsWith('.crt"].content')),
  );
  expect(certificates).toEqual([]);
});
