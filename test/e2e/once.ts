import { expect } from "vitest";

interface Line {
  msg?: string;
  kind?: string;
  resource?: string;
  state?: string;
}

/**
 * From what a suite logged in all its lives: work on a run that has succeeded is never taken up again.
 * @returns how many runs succeeded
 */
export function expectNoRunTwice(logs: string): number {
  const made = new Set<string>();
  for (const text of logs.split("\n")) {
    if (!text.startsWith("{")) continue;
    let line: Line;
    try {
      line = JSON.parse(text) as Line;
    } catch {
      // A kill tears the last line.
      continue;
    }
    if (line.kind !== "run" || !line.resource) continue;
    if (line.state === "SUCCEEDED") made.add(line.resource);
    else expect(made.has(line.resource), `${line.msg}: ${line.resource}`).toBe(false);
  }
  return made.size;
}
