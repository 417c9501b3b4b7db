import { JobState } from "@climb/proto/common/v1/job";
import { type Search, SearchPhase } from "@climb/proto/search/v1/search_service";
import { bestSoFar, sparkline } from "./best-so-far.js";
import { CommandError, EXIT } from "./errors.js";
import { everyRun } from "./every-run.js";
import type { Session } from "./session.js";

const PHASES: Record<SearchPhase, string> = {
  [SearchPhase.SEARCH_PHASE_UNSPECIFIED]: "starting",
  [SearchPhase.SEARCH_PHASE_EMBEDDING]: "embedding the corpus",
  [SearchPhase.SEARCH_PHASE_CLUSTERING]: "finding domains",
  [SearchPhase.SEARCH_PHASE_TOKENISING]: "tokenising",
  [SearchPhase.SEARCH_PHASE_ROUNDS]: "training proxies",
  [SearchPhase.SEARCH_PHASE_CONFIRMATION]: "confirming with fresh seeds",
  [SearchPhase.SEARCH_PHASE_WRITING]: "writing",
  [SearchPhase.SEARCH_PHASE_DONE]: "done",
};

/**
 * Shows a search's progress until it ends, and returns it SUCCEEDED.
 * @throws CommandError if the search fails or is cancelled
 */
export async function followSearch(session: Session, id: string): Promise<Search> {
  const { search: client, output, signal } = session;
  let finished = 0;
  let best = "";
  for await (const { search } of client.watchSearch({ id, afterSequence: 0n }, { signal })) {
    if (!search) continue;
    const state = search.status?.state;
    if (state === JobState.JOB_STATE_SUCCEEDED) {
      output.settle();
      return search;
    }
    if (state === JobState.JOB_STATE_FAILED || state === JobState.JOB_STATE_CANCELLED) {
      output.settle();
      const why = search.status?.failure?.message || "it was cancelled";
      throw new CommandError(`search ${id} did not finish: ${why}`, EXIT.failed);
    }
    if (search.runsFinished > finished) {
      finished = search.runsFinished;
      best = await pictureOf(session, id);
    }
    const { stage = "", done = 0, total = 0, unit = "" } = search.status?.progress ?? {};
    output.progress(stage || PHASES[search.phase], done, total, unit, best);
  }
  throw new CommandError(`the watch of search ${id} ended before the search`, EXIT.failed);
}

/** The best objective so far, with a small picture of how it came down from run to run. */
async function pictureOf(session: Session, id: string): Promise<string> {
  const runs = [];
  for await (const run of everyRun(session, id)) runs.push(run);
  const best = bestSoFar(runs);
  const last = best.at(-1);
  return last === undefined ? "" : `best ${last.toFixed(4)} ${sparkline(best)}`;
}
