/** Runs the program for one purpose and reads what it reports. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  operationVariable,
  reportVariable,
  resetVariable,
  type OperationName,
  type OperationReport,
  type ResetReport,
  type ResetRequest,
} from "../../components/operations/report";
import { pulumi, type PulumiResult } from "./pulumi";

/** How the run ended, with the program's report where it came that far. */
export interface ReportedResult<Report> extends PulumiResult {
  readonly report?: Report;
}

/** One run of the Pulumi CLI in which the program reports on an operation. */
export function operation(
  name: OperationName,
  args: readonly string[],
): Promise<ReportedResult<OperationReport>> {
  return reportedRun({ [operationVariable]: name }, args);
}

/** One preview in which the program looks at hosts, or clears them, and does nothing else. */
export function resetRun(
  request: ResetRequest,
  args: readonly string[],
): Promise<ReportedResult<ResetReport>> {
  // what the state knows of other hosts need not be read for it
  const preview = ["preview", "--json", "--refresh=false", ...args];
  return reportedRun({ [resetVariable]: JSON.stringify(request) }, preview);
}

async function reportedRun<Report>(
  variables: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<ReportedResult<Report>> {
  const folder = mkdtempSync(join(tmpdir(), "plinth-report-"));
  const file = join(folder, "report.json");
  try {
    const result = await pulumi(args, { environment: { ...variables, [reportVariable]: file } });
    if (!existsSync(file)) return result;
    // the program of this very version wrote it
    const report = JSON.parse(readFileSync(file, "utf8")) as Report;
    return { ...result, report };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
