import { toYaml } from "../../../components/text/yaml";

const record = "plinth_certificate_end_timestamp_seconds";

/**
 * A file of rules with the expiry of all certificates that Plinth has issued, by name and in RFC 3339.
 * No exporter could: etcd and kubelets report no expiry of theirs, and a host that is
 * no node runs no exporter.
 */
export function certificateRules(
  renewalWindowHours: number,
  validUntil: Readonly<Record<string, string>>,
): string {
  const expiryRules = Object.entries(validUntil)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([certificate, end]) => ({
      record,
      expr: `vector(${Date.parse(end) / 1000})`,
      labels: { certificate },
    }));
  return toYaml({
    groups: [
      {
        name: "certificates",
        interval: "1m",
        rules: [...expiryRules, ...alerts(renewalWindowHours)],
      },
    ],
  });
}

/** A run within the window renews a certificate: an alert fires where none has run for half of it. */
function alerts(renewalWindowHours: number): readonly object[] {
  const alert = (severity: string, hours: number) => ({
    alert: "CertificateExpiring",
    expr: `${record} - time() < ${Math.round(hours * 3600)}`,
    labels: { severity },
    annotations: {
      summary:
        "The certificate {{ $labels.certificate }} expires in {{ $value | humanizeDuration }}.",
      remedy: "Run `pulumi up`: it renews what expires soon.",
    },
  });
  return [alert("warning", renewalWindowHours / 2), alert("critical", renewalWindowHours / 10)];
}
