import type { JobStatus, Progress } from "@climb/proto/common/v1/job";
import { type Search, SearchPhase } from "@climb/proto/search/v1/search_service";
import { isFinal } from "@climb/runtime";
import { planFromSpec } from "./convert.js";
import { plannedRuns } from "./core/index.js";
import type { Peers } from "./steps/context.js";

/**
 * The search with its progress as of now: that of the service at work, or the runs finished. Progress is not kept in
 * the log, where it would bury what happened. A service that cannot be asked at the moment costs the progress only.
 */
export async function liveProgress(peers: Peers, search: Search, signal: AbortSignal): Promise<Search> {
  const status = search.status as JobStatus;
  if (isFinal(status)) return search;
  const progress = await partProgress(peers, search, signal).catch(() => undefined);
  return { ...search, status: { ...status, progress } };
}

async function partProgress(peers: Peers, search: Search, signal: AbortSignal): Promise<Progress | undefined> {
  const options = { signal, timeoutMs: 2000 };
  switch (search.phase) {
    case SearchPhase.SEARCH_PHASE_EMBEDDING: {
      if (!search.embeddingSetId) return undefined;
      const { embeddingSet } = await peers.embedding.getEmbeddingSet({ id: search.embeddingSetId }, options);
      return embeddingSet?.status?.progress;
    }
    case SearchPhase.SEARCH_PHASE_CLUSTERING: {
      if (!search.domainSetId) return undefined;
      const { domainSet } = await peers.clustering.getDomainSet({ id: search.domainSetId }, options);
      return domainSet?.status?.progress;
    }
    case SearchPhase.SEARCH_PHASE_TOKENISING: {
      if (!search.tokenSetId) return undefined;
      const { tokenSet } = await peers.training.getTokenSet({ id: search.tokenSetId }, options);
      return tokenSet?.status?.progress;
    }
    case SearchPhase.SEARCH_PHASE_ROUNDS:
    case SearchPhase.SEARCH_PHASE_CONFIRMATION: {
      const total = search.spec
        ? Math.max(search.runsPlanned, plannedRuns(planFromSpec(search.spec)))
        : search.runsPlanned;
      const stage =
        search.phase === SearchPhase.SEARCH_PHASE_ROUNDS ? "training proxies" : "confirming with fresh seeds";
      return { stage, done: search.runsFinished + search.runsFailed, total, unit: "runs" };
    }
    default:
      return undefined;
  }
}
