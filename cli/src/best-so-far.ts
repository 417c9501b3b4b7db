import { JobState } from "@climb/proto/common/v1/job";
import { RunRole, type SearchRun } from "@climb/proto/search/v1/search_service";

const BARS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
const MOST_BARS = 24;
/** What can be compared run by run, as on the page. */
const OF_ONE_SEED = [RunRole.RUN_ROLE_EXPLORE, RunRole.RUN_ROLE_BASELINE];

/**
 * The least objective (weighted mean bits per byte) after each run that finished, in the order in which they were planned.
 * Replicates and confirming runs have other seeds and are no part of it.
 */
export function bestSoFar(runs: readonly Pick<SearchRun, "state" | "role" | "objective">[]): number[] {
  let best = Number.POSITIVE_INFINITY;
  return runs
    .filter(({ state, role }) => state === JobState.JOB_STATE_SUCCEEDED && OF_ONE_SEED.includes(role))
    .map(({ objective }) => {
      best = Math.min(best, objective);
      return best;
    });
}

/** Values as a row of at most 24 bars, the greatest full; of more values each bar is the last of its share. */
export function sparkline(values: readonly number[]): string {
  const width = Math.min(MOST_BARS, values.length);
  const shown = Array.from({ length: width }, (_, i) => values[Math.ceil(((i + 1) * values.length) / width) - 1] ?? 0);
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  const top = BARS.length - 1;
  return shown.map((value) => BARS[high > low ? Math.round((top * (value - low)) / (high - low)) : 0]).join("");
}
