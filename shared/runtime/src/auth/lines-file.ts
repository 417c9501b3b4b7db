import { readFileSync, statSync } from "node:fs";
import type { Logger } from "pino";
import { ServiceError } from "../errors.js";

const LOOK_EVERY_MS = 1000;

/** What a file of lines says, read again when it has changed. */
export type LinesFile<T> = () => T;

/**
 * Reads a file of words now, and again at most once a second when it has changed; a file that is wrong then changes nothing.
 * Lines that are empty or begin with # say nothing.
 * @param parse gets the words of each line with its number
 * @throws ServiceError invalid FIELD_INVALID if the file cannot be read or used now
 */
export function linesFile<T>(
  path: string,
  parse: (lines: { words: string[]; where: string }[]) => T,
  logger: Logger,
): LinesFile<T> {
  let lookedMs = performance.now();
  let stamp = stampOf(path);
  let value = parse(linesOf(path));
  return () => {
    if (performance.now() - lookedMs < LOOK_EVERY_MS) return value;
    lookedMs = performance.now();
    try {
      const now = stampOf(path);
      if (now === stamp) return value;
      stamp = now;
      value = parse(linesOf(path));
      logger.info({ file: path }, "a file has changed and was read again");
    } catch (error) {
      logger.warn({ err: error }, "a file that has changed cannot be used: what it said before holds");
    }
    return value;
  };
}

function linesOf(path: string): { words: string[]; where: string }[] {
  return read(path)
    .split("\n")
    .map((line, i) => ({ words: line.trim().split(/\s+/), where: `line ${i + 1} of ${path}` }))
    .filter(({ words: [first = ""] }) => first !== "" && !first.startsWith("#"));
}

function stampOf(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch (error) {
    throw unreadable(path, error);
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): ServiceError {
  const message = `${path} cannot be read: ${(error as Error).message}`;
  return new ServiceError("invalid", "FIELD_INVALID", message, { field: path });
}
