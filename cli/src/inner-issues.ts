import type { z } from "zod";
import { similarField } from "./similar-field.js";

type Issue = z.core.$ZodIssue;

/**
 * What an issue of SEARCH.yaml says, in sentences for each field: unknown fields one by one, and of a field that may be
 * several things what is wrong with the one that was meant.
 */
export function innerIssues(issue: Issue): { at: PropertyKey[]; message: string }[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ at: [...issue.path, key], message: unknown([...issue.path, key]) }));
  }
  if (issue.code !== "invalid_union") return [{ at: issue.path, message: issue.message }];
  const choices = issue.errors.map((issues) =>
    issues.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
  );
  // What was meant has the right type as a whole, and something wrong within.
  const meant = choices.filter((issues) => !issues.some((inner) => isFaultOfType(inner, issue.path.length)));
  const [nearest] = meant.sort((a, b) => a.length - b.length);
  if (nearest) return nearest.flatMap(innerIssues);
  const types = choices.flat().flatMap((inner) => (inner.code === "invalid_type" ? [inner.expected] : []));
  const message = types.length > 0 ? `expected ${[...new Set(types)].join(" or ")}` : issue.message;
  return [{ at: issue.path, message }];
}

function isFaultOfType(issue: Issue, depth: number): boolean {
  return issue.code === "invalid_type" && issue.path.length === depth;
}

function unknown(path: readonly PropertyKey[]): string {
  const similar = similarField(path);
  return similar ? `this field is unknown; did you mean ${similar}?` : "this field is unknown";
}
