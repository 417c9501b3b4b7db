import { readFileSync } from "node:fs";
import { CommandError } from "./errors.js";

/** Weights by domain id. @throws CommandError naming the file and what was expected */
export function readMixture(path: string): Map<string, number> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new CommandError(`${path}: cannot be read as JSON (${(error as Error).message})`);
  }
  const domains = (json as { domains?: { id: string; weight: number }[] }).domains;
  const entries = Array.isArray(domains)
    ? domains.map(({ id, weight }) => [id, weight] as const)
    : Object.entries(json as Record<string, number>);
  const bad = entries.find(([, weight]) => typeof weight !== "number" || !(weight >= 0));
  if (entries.length === 0 || bad) {
    throw new CommandError(
      `${path}: ${bad ? `weight of ${bad[0]} is ${String(bad[1])}` : "no weights"}; expected {"domains": [{"id", "weight"}]} or {"d00": 0.3, …}`,
    );
  }
  return new Map(entries);
}
