/** Runs the program for one operation and reads what it reports. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  operationVariable,
  reportVariable,
  type OperationName,
  type OperationReport,
} from "../../components/operations/report";
import { pulumi, type PulumiResult } from "./pulumi";

/** How the run ended, with the program's report where it came that far. */
export interface OperationResult extends PulumiResult {
  readonly report?: OperationReport;
}

/** One run of the Pulumi CLI in which the program reports on an operation. */
export async function operation(
  name: OperationName,
  args: readonly string[],
): Promise<OperationResult> {
  const folder = mkdtempSync(join(tmpdir(), "plinth-report-"));
  const file = join(folder, "report.json");
  try {
    const environment = { [operationVariable]: name, [reportVariable]: file };
    const result = await pulumi(args, { environment });
    if (!existsSync(file)) return result;
    // the program of this very version wrote it
    const report = JSON.parse(readFileSync(file, "utf8")) as OperationReport;
    return { ...result, report };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
