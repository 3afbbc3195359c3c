/** The `survey` function: what all hosts say of themselves, at once. */
import type { HostConnection } from "../api";
import type { HostSurvey, SurveyArgs, SurveyResult } from "../survey-api";
import type { Leases } from "../lease/lease";
import { hostFacts } from "./survey-facts";
import { ConnectionError } from "../ssh/connection-errors";
import { each, type Step } from "../ssh/framing";
import type { Hosts } from "../ssh/hosts";

/** One read-only look at every host; a host that does not answer has an error instead of facts. */
export async function survey(
  hosts: Hosts,
  leases: Leases,
  args: SurveyArgs,
): Promise<SurveyResult> {
  const entries = await Promise.all(
    args.hosts.map(
      async (host) => [host.name, await hostSurvey(hosts, leases, host, args)] as const,
    ),
  );
  return { hosts: Object.fromEntries(entries) };
}

async function hostSurvey(
  hosts: Hosts,
  leases: Leases,
  host: HostConnection,
  args: SurveyArgs,
): Promise<HostSurvey> {
  const steps: Step[] = [
    ["survey_facts"],
    ["survey_modules", ...args.modules.map((name) => name.replaceAll("-", "_"))],
    ["survey_commands", ...args.commands],
    ["survey_paths", ...args.paths],
    ["survey_disks", ...args.disks],
    ...each("survey_texts", args.texts),
    ...Object.entries(args.probes).map(([name, { command, deadlineSeconds }]): Step => [
      "survey_probe",
      name,
      String(deadlineSeconds),
      ...command,
    ]),
  ];
  const attempt = async (unprivileged: boolean): Promise<HostSurvey> => {
    let sentAt = 0;
    const onSent = (): void => void (sentAt = Date.now());
    const { stdout } = await hosts.run(host, steps, { unprivileged, onSent });
    const facts = hostFacts(stdout, { sentAt, user: host.user, unprivileged, leases });
    const asked = (name: string): boolean => facts.modules.includes(name.replaceAll("-", "_"));
    return { facts: { ...facts, modules: args.modules.filter(asked) } };
  };
  try {
    return await attempt(false);
  } catch (error) {
    const { message } = error as Error;
    if (host.user === "root" || !message.includes("become root")) return withoutFacts(error);
    return attempt(true).catch(withoutFacts);
  }
}

function withoutFacts(error: unknown): HostSurvey {
  if (error instanceof ConnectionError) return { error: error.problem, remedy: error.remedy };
  return { error: (error as Error).message };
}
