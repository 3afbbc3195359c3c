import * as pulumi from "@pulumi/pulumi";

/** The text of an output once its resources are registered; undefined where a preview can't know it yet. */
export async function knownValue(output: pulumi.Output<string>): Promise<string | undefined> {
  // unlike `apply`, which is never called in a preview for what is unknown, this always resolves
  const { value } = await pulumi.runtime.serializeProperties("known value", {
    value: pulumi.unsecret(output),
  });
  return typeof value === "string" && value !== pulumi.runtime.unknownValue ? value : undefined;
}
