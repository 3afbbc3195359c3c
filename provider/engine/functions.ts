/** The provider's functions, which no resource comes of. */
import type { HostConnection } from "../api";
import type { Run } from "../apply/run";
import type { JsonObject } from "../json";
import { resetHost } from "../reset/reset-host";
import { resetToken, type ResetArgs } from "../reset-api";
import { surveyToken, type HostMarker, type SurveyArgs } from "../survey-api";
import { survey } from "../survey/survey";

/** What a function returns, and what the provider itself learns by it. */
export interface FunctionResult {
  readonly value: object;
  /** Hosts that were called. */
  readonly called: readonly HostConnection[];
  /** Whose they are, by name, as far as they said so. */
  readonly owners: ReadonlyMap<string, HostMarker>;
}

/** The function of that token with these arguments, which the program sends in the form that it names. */
export async function functionResult(
  token: string,
  args: JsonObject,
  run: Run,
): Promise<FunctionResult> {
  switch (token) {
    case surveyToken: {
      const asked = args as unknown as SurveyArgs;
      const value = await survey(run.hosts, run.leases, asked);
      const owners = Object.entries(value.hosts).flatMap(([host, { facts }]) =>
        facts?.owner === undefined ? [] : [[host, facts.owner] as const],
      );
      return { value, called: asked.hosts, owners: new Map(owners) };
    }
    case resetToken: {
      const asked = args as unknown as ResetArgs;
      return { value: await resetHost(run, asked), called: [asked.host], owners: new Map() };
    }
    default:
      throw new Error(`unknown function ${token}, expected ${surveyToken} or ${resetToken}`);
  }
}
