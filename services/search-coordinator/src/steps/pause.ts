import type { Platform } from "@climb/ports";
import { JobState } from "@climb/proto/common/v1/job";
import { ListFilter } from "@climb/proto/common/v1/list";
import { Search } from "@climb/proto/search/v1/search_service";
import { ServiceError } from "@climb/runtime";
import { replay } from "../core/index.js";
import { eventFromProto } from "../rpc/convert.js";
import type { SearchContext } from "./context.js";
import { readHistory } from "./history.js";

const KIND = "search";
const PAGE_SIZE = 1000;

/** Watches whether a search is held. */
export interface PauseWatch {
  /** Fires when it is. */
  signal: AbortSignal;
  close(): Promise<void>;
}

/** Watches whether a search is held by a call, whichever process took it. */
export function whenPaused({ snapshots, logger }: Pick<Platform, "snapshots" | "logger">, id: string): PauseWatch {
  const [paused, done] = [new AbortController(), new AbortController()];
  const watch = async () => {
    for await (const { record } of snapshots.watch(KIND, id, done.signal)) {
      if (Search.decode(record).paused) return paused.abort(new Error(`search ${id} was paused`));
    }
  };
  const watching = watch().catch((error) => {
    if (!done.signal.aborted) logger.warn({ err: error, search: id }, "a pause would come late");
  });
  return {
    signal: paused.signal,
    async close() {
      done.abort();
      await watching;
    },
  };
}

/** Stops what a search that was cancelled or held still has queued, but for runs that another search at work waits for. */
export async function stopRuns(context: SearchContext, { id }: Pick<Search, "id">): Promise<void> {
  const waiting = await waitingRuns(context, id);
  if (waiting.length === 0) return;
  const needed = await neededByOthers(context, id);
  const stopped = waiting.filter((runId) => !needed.has(runId));
  await Promise.all(stopped.map((runId) => stopRun(context, runId)));
}

/** One whose turn has not come is in no queue. */
async function stopRun({ peers }: SearchContext, id: string): Promise<void> {
  try {
    await peers.training.cancelRun({ id });
  } catch (error) {
    if (!(error instanceof ServiceError && error.kind === "notFound")) throw error;
  }
}

async function waitingRuns({ platform }: SearchContext, id: string): Promise<string[]> {
  const events = await readHistory(platform, id);
  const runs = events.length > 0 ? replay(events.map(eventFromProto))?.runs : [];
  return runs?.flatMap(({ runId, outcome }) => (outcome ? [] : [runId])) ?? [];
}

async function neededByOthers(context: SearchContext, id: string): Promise<Set<string>> {
  const needed = new Set<string>();
  const filter = ListFilter.fromPartial({ states: [JobState.JOB_STATE_PENDING, JobState.JOB_STATE_RUNNING] });
  let pageToken = "";
  do {
    const page = await context.peers.search.listSearches({ pageSize: PAGE_SIZE, pageToken, filter });
    for (const other of page.searches) {
      if (other.id === id || other.paused) continue;
      for (const runId of await waitingRuns(context, other.id)) needed.add(runId);
    }
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return needed;
}
