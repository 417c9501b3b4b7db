import { JobState } from "@climb/proto/common/v1/job";
import { type Search, SearchPhase, type SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import { type Client, ServiceError } from "@climb/runtime";
import { CommandError, EXIT } from "./errors.js";
import type { Output } from "./output.js";

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
 * Shows a search's progress until it ends, and returns it SUCCEEDED. A broken stream is resumed.
 * @throws CommandError if the search fails or is cancelled
 */
export async function followSearch(
  client: Client<typeof SearchServiceDefinition>,
  id: string,
  output: Output,
  signal: AbortSignal,
): Promise<Search> {
  let seen = 0n;
  for (;;) {
    try {
      for await (const { sequence, search } of client.watchSearch({ id, afterSequence: seen }, { signal })) {
        seen = sequence;
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
        const progress = search.status?.progress;
        output.progress(
          progress?.stage || PHASES[search.phase],
          progress?.done ?? 0,
          progress?.total ?? 0,
          progress?.unit ?? "",
        );
      }
    } catch (error) {
      if (!(error instanceof ServiceError && error.kind === "unavailable")) throw error;
    }
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
