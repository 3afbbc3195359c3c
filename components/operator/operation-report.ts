import { writeFileSync } from "node:fs";
import type { OperationFacts } from "../operations/operation-facts";
import { operations } from "../operations/operations";
import { operationVariable, reportVariable, type OperationName } from "../operations/report";

/** Writes the report of the operation that a command of `plinth` asks for; an ordinary run has none. */
export function writeOperationReport(facts: OperationFacts, environment = process.env): void {
  const { [operationVariable]: name, [reportVariable]: file } = environment;
  if (name === undefined || file === undefined) return;
  if (!isOperation(name)) {
    const expected = Object.keys(operations).join(", ");
    throw new Error(`${operationVariable}: got ${JSON.stringify(name)}, expected ${expected}`);
  }
  writeFileSync(file, JSON.stringify(operations[name](facts)));
}

function isOperation(name: string): name is OperationName {
  return Object.hasOwn(operations, name);
}
