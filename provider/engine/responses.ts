/** Answers to the engine, made from plain values. */
import type { Failure } from "../layer/input-checks";
import type { Change } from "../plan/diff";
import { messages } from "./proto";
import { toStruct } from "./engine-values";
import { type JsonObject } from "../json";

/** The answer to a check. */
export function checkResponse(
  inputs: JsonObject,
  failures: readonly Failure[],
): messages.CheckResponse {
  const response = new messages.CheckResponse();
  response.setInputs(toStruct(inputs));
  response.setFailuresList(
    failures.map(({ property, reason }) => {
      const failure = new messages.CheckFailure();
      failure.setProperty(property);
      failure.setReason(reason);
      return failure;
    }),
  );
  return response;
}

const kinds: Record<Change, messages.PropertyDiff.Kind> = {
  add: messages.PropertyDiff.Kind.ADD,
  delete: messages.PropertyDiff.Kind.DELETE,
  update: messages.PropertyDiff.Kind.UPDATE,
  replace: messages.PropertyDiff.Kind.UPDATE_REPLACE,
};

/** The answer to a diff: the changes by property path. */
export function diffResponse(changes: ReadonlyMap<string, Change>): messages.DiffResponse {
  const response = new messages.DiffResponse();
  const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
  const top = (path: string): string => path.split(/[.[]/)[0] ?? path;
  response.setChanges(changes.size > 0 ? DIFF_SOME : DIFF_NONE);
  response.setDeletebeforereplace(true);
  response.setHasdetaileddiff(true);
  response.setDiffsList([...new Set([...changes.keys()].map(top))]);
  response.setReplacesList(
    [...changes].filter(([, change]) => change === "replace").map(([path]) => top(path)),
  );
  for (const [path, change] of changes) {
    const detail = new messages.PropertyDiff();
    detail.setKind(kinds[change]);
    detail.setInputdiff(true);
    response.getDetaileddiffMap().set(path, detail);
  }
  return response;
}
