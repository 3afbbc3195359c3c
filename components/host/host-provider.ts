import * as pulumi from "@pulumi/pulumi";
import type { ProviderSettings } from "../../provider/api";
import { resetToken, type ResetArgs, type ResetResult } from "../../provider/reset-api";
import { surveyToken, type SurveyArgs, type SurveyResult } from "../../provider/survey-api";
import type { ClusterConfig } from "../config/model/cluster-config";

/** The provider settings, of which some come from secrets of the stack. */
export type HostProviderArgs = {
  readonly [K in keyof ProviderSettings]?: pulumi.Input<ProviderSettings[K]> | undefined;
};

/** The way to all hosts: one process that holds their connections and lets disruptive changes take turns. */
export class HostProvider extends pulumi.ProviderResource {
  constructor(name: string, args: HostProviderArgs, opts?: pulumi.ResourceOptions) {
    super("plinth", name, { ...args }, opts);
  }

  /** Facts of every host, or why there are none; read-only. */
  survey(args: SurveyArgs): Promise<SurveyResult> {
    return pulumi.runtime.invoke(surveyToken, args, { provider: this }) as Promise<SurveyResult>;
  }

  /** Takes everything of a cluster off one host; in previews, too. */
  reset(args: ResetArgs): Promise<ResetResult> {
    return pulumi.runtime.invoke(resetToken, args, { provider: this }) as Promise<ResetResult>;
  }
}

/** The settings that name the hosts which are left alone, and those that are gone; none where there are none. */
export function absentHosts({
  hosts,
  lost,
}: ClusterConfig): Pick<HostProviderArgs, "maintenance" | "lost"> {
  const names = hosts.filter((host) => host.maintenance).map(({ name }) => name);
  return {
    ...(names.length === 0 ? {} : { maintenance: names }),
    ...(lost.length === 0 ? {} : { lost }),
  };
}
