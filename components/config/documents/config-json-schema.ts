import { z } from "zod";

import { type AddonDefinition, addonSchemas } from "../model/addon-definition";
import { configKey } from "../problems/config-problem";
import { clusterSchema } from "../schema/cluster-schema";

/**
 * JSON Schema of a whole stack config file, for completion and checks in editors. It knows what
 * single values look like; rules across several values are the parser's alone.
 */
export function configJsonSchema(addons: readonly AddonDefinition[]): object {
  const { $schema, ...cluster } = z.toJSONSchema(clusterSchema(addonSchemas(addons)), {
    io: "input",
  });
  return {
    $schema,
    title: "Plinth stack config",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: {
          [configKey]: cluster,
          "plinth:sshPrivateKey": {
            description: "Private key for SSH; set it with `pulumi config set --secret`.",
          },
          "plinth:sshPassphrase": {
            description: "Passphrase of the private key; set it with `pulumi config set --secret`.",
          },
          "plinth:sudoPassword": {
            description: "Password for sudo; set it with `pulumi config set --secret`.",
          },
          "plinth:chartSecrets": {
            description:
              "Passwords and secret values of charts as `<release>.password` and " +
              "`<release>.values.<key>`; set them with `pulumi config set --secret --path`.",
          },
        },
        required: [configKey],
      },
    },
    required: ["config"],
  };
}
