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
  if (issue.code !== "invalid_union") return [{ at: issue.path, message: sentence(issue) }];
  const choices = issue.errors.map((issues) =>
    issues.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
  );
  // What was meant has the right type as a whole, and something wrong within; else it is another of the known values.
  const isWhole = (inner: Issue) => inner.path.length === issue.path.length;
  const meant = choices.filter((issues) => !issues.some((inner) => isWhole(inner) && inner.code === "invalid_type"));
  const within = meant.filter((issues) => !issues.some((inner) => isWhole(inner) && inner.code === "invalid_value"));
  const [nearest] = (within.length > 0 ? within : meant).sort((a, b) => a.length - b.length);
  if (nearest) return nearest.flatMap(innerIssues);
  const types = choices.flat().flatMap((inner) => (inner.code === "invalid_type" ? [inner.expected] : []));
  const message = types.length > 0 ? `expected ${[...new Set(types)].join(" or ")}` : sentence(issue);
  return [{ at: issue.path, message }];
}

/** What the checker says, without its own headings; that nothing is there is said in words. */
function sentence({ message }: Issue): string {
  const bare = message.replace(/^Invalid (input|option): /, "").replaceAll('"|"', '", "');
  return bare.replace(/^(expected .+), received undefined$/, "this field is missing; $1");
}

function unknown(path: readonly PropertyKey[]): string {
  const similar = similarField(path);
  return similar ? `this field is unknown; did you mean ${similar}?` : "this field is unknown";
}
