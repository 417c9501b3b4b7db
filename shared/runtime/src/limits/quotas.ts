import type { Logger } from "pino";
import { isProject } from "../auth/caller.js";
import { linesFile } from "../auth/lines-file.js";
import { ServiceError } from "../errors.js";

/** How much a project may have; what is not given is not limited. */
export interface Quota {
  /** Searches that have not ended. */
  searches?: number;
  /** Runs that wait for a worker. */
  runs?: number;
  /** Tokens trained on within 24 hours. */
  tokensADay?: number;
  /** Bytes of artifacts. */
  bytes?: number;
}

/** The quota of a project; undefined if it has none. */
export type Quotas = (project: string) => Quota | undefined;

const NAMES: Record<string, keyof Quota> = {
  searches: "searches",
  runs: "runs",
  "tokens-a-day": "tokensADay",
  bytes: "bytes",
};
const SCALES: Record<string, number> = { "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12 };
const EXPECTED =
  "<project, or * for all others> with searches=N, runs=N, tokens-a-day=N or bytes=N (N as 500, 2k, 3M, 1.5G, 2T)";

/**
 * Quotas by project from a file, read again when it has changed: lines of "<project> searches=4 tokens-a-day=2G".
 * @throws ServiceError invalid FIELD_INVALID naming the line
 */
export function quotasFile(path: string, logger: Logger): Quotas {
  const file = linesFile(
    path,
    (lines) =>
      new Map(
        lines.map(({ words: [project = "", ...words], where }) => {
          if (project !== "*" && !isProject(project)) throw invalid(where);
          return [project, Object.fromEntries(words.map((word) => readWord(word, where))) as Quota] as const;
        }),
      ),
    logger,
  );
  return (project) => file().get(project) ?? file().get("*");
}

function readWord(word: string, where: string): [keyof Quota, number] {
  const [, name = "", amount = "", scale = ""] = /^([a-z-]+)=(\d+(?:\.\d+)?)([kMGT]?)$/.exec(word) ?? [];
  const field = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
  const value = Number(amount) * (SCALES[scale] ?? Number.NaN);
  if (!field || !Number.isSafeInteger(value)) throw invalid(`${where}: found "${word.slice(0, 100)}"`);
  return [field, value];
}

function invalid(where: string): ServiceError {
  const message = `${where}: expected ${EXPECTED}`;
  return new ServiceError("invalid", "FIELD_INVALID", message, { field: "CLIMB_QUOTAS" });
}
