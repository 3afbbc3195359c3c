import type { OperationFacts } from "./operation-facts";
import { planReport } from "./plan-report";
import type { OperationName, OperationReport } from "./report";

/** What each operation decides; pure, and all of what a command of `plinth` is told. */
export const operations: Readonly<
  Record<OperationName, (facts: OperationFacts) => OperationReport>
> = { plan: planReport };
