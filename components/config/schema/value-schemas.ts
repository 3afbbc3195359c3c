import { z } from "zod";

import { addressRange, isIpAddress, isNetworkCidr } from "../../network/addresses";

/**
 * Schemas of single values. The error of each completes the sentence "got …, expected …"; where
 * only a pattern decides, the pattern also reaches the JSON Schema.
 */
const label = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
const dnsName = new RegExp(`^${label}(\\.${label})*$`);
const qualifiedName =
  "([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";
const labelText = "([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?";

/** A DNS-1123 label, as Kubernetes wants names of nodes and clusters. */
export const dnsLabel = textMatching(
  new RegExp(`^${label}$`),
  "a name of at most 63 lower-case letters, digits and dashes, with no dash at either end",
);

/** A DNS name of one or more labels. */
export const dnsDomain = textMatching(dnsName, "a DNS name in lower case such as cluster.local");

/** A name of an object of Kubernetes that may have dots. */
export const dnsSubdomain = textMatching(
  new RegExp(`^${label}(\\.${label})*$`),
  "a name of lower-case letters, digits, dashes and dots",
);

/** An IPv4 or IPv6 address. */
export const ipAddress = validText(isIpAddress, "an IP address");

/** An IP address or a DNS name; digits and dots alone are taken for a mistyped address. */
export const addressOrName = validText(
  (text) => isIpAddress(text) || (dnsName.test(text) && !/^[\d.]+$/.test(text)),
  "an IP address or a DNS name in lower case",
);

/** A CIDR without bits beyond its prefix. */
export const cidr = validText(
  isNetworkCidr,
  "a network address with its prefix, such as 10.0.0.0/16",
);

/** Addresses in a row. */
export const addresses = validText(
  (text) => addressRange(text) !== undefined,
  "a range such as 192.0.2.10-192.0.2.19, or a network such as 192.0.2.16/28",
);

/** A TCP port. */
export const port = wholeNumber(1, 65535);

/** `host:port`, IPv6 in brackets. */
export const endpoint = validText((text) => {
  const parts = /^(?:\[(.+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const host = parts?.[1] ?? parts?.[2] ?? "";
  const number = Number(parts?.[3]);
  return (isIpAddress(host) || dnsName.test(host)) && number >= 1 && number <= 65535;
}, "host:port, such as k8s.example.org:6443");

/** An address of an HTTP server, kept without a slash at its end. */
export const httpUrl = validText((text) => {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "";
}, "an http:// or https:// address").overwrite((text) => text.replace(/\/+$/, ""));

/** An address of an HTTPS server. */
export const httpsUrl = validText(
  (text) => /^https:\/\/[^\s/@]+(\/\S*)?$/.test(text) && URL.canParse(text),
  "an https:// address without a user in it",
);

/** An e-mail address. */
export const email = textMatching(/^[^\s@]+@[^\s@]+$/, "an e-mail address such as ops@example.org");

/** A path that is not empty; `~` and relative paths are resolved by the parser. */
export const path = textMatching(/^\S(.*\S)?$/, "a path");

/** An amount of a resource, as Kubernetes writes it. */
export const quantity = textMatching(
  /^\d+(\.\d+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/,
  'an amount such as "100Mi" or "50m"',
);

/** An amount of memory or storage in powers of 1024. */
export const binarySize = textMatching(
  /^[1-9]\d{0,5}(Mi|Gi|Ti)$/,
  'a size such as "512Mi" or "8Gi"',
);

/** An amount, or a share of the whole. */
export const quantityOrPercentage = textMatching(
  /^(\d+(\.\d+)?(Ki|Mi|Gi|Ti)?|\d{1,2}(\.\d+)?%)$/,
  'an amount such as "100Mi" or a share such as "10%"',
);

/** A public key as in known_hosts, without the host's name. */
export const publicKey = textMatching(
  /^(ssh-|ecdsa-|sk-)[a-z0-9@.-]+ [A-Za-z0-9+/]+=*( .*)?$/,
  "a public key such as `ssh-ed25519 AAAA…`",
);

/** PEM text of one or more certificates. */
export const pemCertificates = textMatching(
  /-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/,
  "PEM text that begins with -----BEGIN CERTIFICATE-----",
);

/** A Kubernetes release. */
export const release = textMatching(
  /^\d+\.\d+\.\d+$/,
  "a release as major.minor.patch, such as 1.36.4",
);

/** Flags by name; numbers and booleans may stay unquoted in YAML. */
export const extraArgs = z
  .record(
    textMatching(
      /^[a-z][a-z0-9-]*$/,
      "the name of a flag in lower case without its leading dashes",
    ),
    z
      .union([z.string(), z.number(), z.boolean()], { error: "text, a number, or true or false" })
      .transform(String),
    { error: "flags by name without dashes" },
  )
  .prefault({});

/** Kernel parameters by dotted name, or with slashes where a part of the name has a dot. */
export const sysctls = z
  .record(
    textMatching(
      /^[a-z0-9_]+([./][\w:-]+)+$/,
      "the name of a kernel parameter such as vm.max_map_count",
    ),
    z
      .union([z.string().regex(/^[^\n]*\S[^\n]*$/), z.number()], {
        error: "the value as text or a number",
      })
      .transform(String),
    { error: "kernel parameters by name" },
  )
  .prefault({});

/** Labels of a node. */
export const labels = z
  .record(
    textMatching(new RegExp(`^${qualifiedName}$`), "a label such as example.org/rack"),
    textMatching(
      new RegExp(`^${labelText}$`),
      "text of at most 63 letters, digits, dashes, dots, underscores",
    ),
    { error: "labels by name" },
  )
  .prefault({});

/** `key[=value]:effect`, as `kubectl taint` takes it. */
export const taint = textMatching(
  new RegExp(`^${qualifiedName}(=${labelText})?:(NoSchedule|PreferNoSchedule|NoExecute)$`),
  "key[=value]:effect with the effect NoSchedule, PreferNoSchedule or NoExecute",
);

/** A whole number within limits. */
export function wholeNumber(minimum: number, maximum: number): z.ZodNumber {
  const error = `a whole number from ${minimum} to ${maximum}`;
  return z.int({ error }).min(minimum, { error }).max(maximum, { error });
}

/** True or false. */
export function boolean(): z.ZodBoolean {
  return z.boolean({ error: "true or false" });
}

function textMatching(pattern: RegExp, expected: string): z.ZodString {
  return z.string({ error: expected }).regex(pattern, { error: expected });
}

function validText(valid: (text: string) => boolean, expected: string): z.ZodString {
  return z.string({ error: expected }).refine(valid, { error: expected });
}
