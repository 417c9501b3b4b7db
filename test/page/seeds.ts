import type { EmbeddedPlatform } from "@climb/ports";
import { JobState } from "@climb/proto/common/v1/job";
import { SearchEvent } from "@climb/proto/search/v1/search_events";
import { RunRole, Search } from "@climb/proto/search/v1/search_service";
import { Run } from "@climb/proto/training/v1/training_service";

type Store = Pick<EmbeddedPlatform, "snapshots" | "logs">;

/** Stores a search as one that has ended, as it was left by those who did the work. */
export async function seedSearch({ snapshots }: Store, search: Search, owner = ""): Promise<void> {
  const createTimeMs = search.status?.createTime?.getTime() ?? 0;
  const index = { state: "SUCCEEDED", owner, labels: {}, createTimeMs };
  await snapshots.put("search", search.id, { index, record: Search.encode(search).finish() });
}

/** A search that succeeded, with next to nothing in it. */
export function emptySearch(id: string, name: string, createTime = new Date("2026-01-02T03:04:05Z")): Search {
  return Search.fromPartial({
    id,
    spec: { name },
    status: { state: JobState.JOB_STATE_SUCCEEDED, createTime, endTime: createTime },
  });
}

/** Gives a stored search a log with so many planned runs of two domains. */
export async function seedRuns({ logs }: Store, search: Search, runs: number): Promise<void> {
  const events: SearchEvent["event"][] = [
    { $case: "created", value: { searchId: search.id, spec: search.spec, targets: search.targets } },
    {
      $case: "roundPlanned",
      value: {
        round: 1,
        runs: Array.from({ length: runs }, (_, i) => ({
          runId: `run-${i}`,
          role: RunRole.RUN_ROLE_EXPLORE,
          origin: `mixture ${i}`,
          mixture: [i / runs, 1 - i / runs],
          seed: 1,
          predicted: undefined,
          smallerProxy: 0,
        })),
      },
    },
  ];
  let version = 0;
  for (const event of events) {
    const record = SearchEvent.encode(SearchEvent.fromPartial({ event, timeMs: 0n } as never)).finish();
    version = await logs.append(`search/searches/${search.id}`, version, record);
  }
}

/** Stores a search as FAILED since its job was given up. @param store nobody may work through its queues meanwhile */
export async function seedDeadLetter(
  { snapshots, queue }: Pick<EmbeddedPlatform, "snapshots" | "queue">,
  search: Search,
  reason: string,
): Promise<void> {
  const attempt = search.status?.createTime?.getTime() ?? 0;
  const failed = Search.fromPartial({ ...search, status: { ...search.status, state: JobState.JOB_STATE_FAILED } });
  const index = { state: "FAILED", owner: "", labels: {}, createTimeMs: attempt };
  await snapshots.put("search", search.id, { index, record: Search.encode(failed).finish() });
  const jobs = queue("search");
  await jobs.enqueue({
    id: `${search.id}-${attempt}`,
    payload: Buffer.from(JSON.stringify({ id: search.id, attempt })),
  });
  await (await jobs.lease({ waitMs: 1000 }))?.bury(reason);
}

/** Stores a run that has ended, with the trace of its work. */
export async function seedRun(
  { snapshots }: Pick<EmbeddedPlatform, "snapshots">,
  id: string,
  traceId: string,
): Promise<void> {
  const status = { state: JobState.JOB_STATE_SUCCEEDED, traceId };
  const index = { state: "SUCCEEDED", owner: "", labels: {}, createTimeMs: 1 };
  await snapshots.put("run", id, { index, record: Run.encode(Run.fromPartial({ id, status })).finish() });
}
