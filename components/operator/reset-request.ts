import { writeFileSync } from "node:fs";
import { z } from "zod";
import {
  reportVariable,
  resetVariable,
  type ResetReport,
  type ResetRequest,
} from "../operations/report";

const requestSchema = z.object({
  hosts: z.array(z.string()).min(1),
  cluster: z.string().min(1).optional(),
});

/** What `plinth reset` asks of the program, and where it writes its report; undefined in an ordinary run. */
export interface AskedReset {
  readonly request: ResetRequest;
  readonly report: (report: ResetReport) => void;
}

/** Throws outside of previews: in an `up` the engine would delete whatever the program does not register. */
export function askedReset(isPreview: boolean, environment = process.env): AskedReset | undefined {
  const { [resetVariable]: text, [reportVariable]: file } = environment;
  if (text === undefined || file === undefined) return undefined;
  if (!isPreview)
    throw new Error(`${resetVariable} is set, which is for the preview that plinth reset runs`);
  const { cluster, hosts } = requestSchema.parse(JSON.parse(text));
  return {
    request: { hosts, ...(cluster === undefined ? {} : { cluster }) },
    report: (report) => writeFileSync(file, JSON.stringify(report)),
  };
}
