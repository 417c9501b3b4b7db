import { JobState } from "@climb/proto/common/v1/job";
import type { SearchEvent } from "@climb/proto/search/v1/search_events";
import { SearchFinished } from "@climb/proto/search/v1/search_events";
import type { SearchSpec } from "@climb/proto/search/v1/search_service";
import { type Platform, runJobs, ServiceError, VersionConflictError, type WorkerPool } from "@climb/runtime";
import { eventFromProto } from "./convert.js";
import { nextStep, replay, type SearchState, type Step } from "./core/index.js";
import { decideResult, planConfirmation } from "./steps/confirmation.js";
import { type EventBody, lastEvent, PartFailed, type Peers, type StepContext } from "./steps/context.js";
import { cluster, embed, tokenise } from "./steps/domains.js";
import { awaitRuns, fit, planRound } from "./steps/rounds.js";
import { pause } from "./steps/until-finished.js";
import { writeOutputs } from "./steps/write.js";
import type { SearchStore } from "./store.js";
import type { Result, Task } from "./worker.js";

export interface SearchJobs {
  platform: Platform;
  store: SearchStore;
  peers: Peers;
  pool: WorkerPool<Task, Result, number>;
  /** Milliseconds since 1970, for the log's times only. */
  now: () => number;
}

/** Takes searches from the queue and carries each to its end, until the platform's signal aborts. */
export function runSearchJobs(deps: SearchJobs): Promise<void> {
  const { platform, store, now } = deps;
  return runJobs({
    name: "search",
    queue: platform.queue("search"),
    concurrency: 8, // a search waits for other services almost all the time
    signal: platform.signal,
    logger: platform.logger,
    handler: ({ payload }, { signal }) => carryOn(deps, searchOf(payload), signal),
    onBuried: async ({ payload }, error) => {
      const id = searchOf(payload);
      const { version } = await store.load(id);
      const message = `the search was given up after repeated crashes; the last: ${error}`;
      await store.append(id, version, entry(now(), failedWith("JOB_POISONED", message)));
    },
  });
}

/**
 * The job of a search. One that is begun again after a failure or a cancel is another job, because the queue still
 * knows the old one until its worker has let it go.
 */
export function searchJob(id: string, events: readonly SearchEvent[]): { id: string; payload: Uint8Array } {
  const ends = events.filter(({ event }) => event?.$case === "failed" || event?.$case === "cancelled").length;
  return { id: `${id}-${ends}`, payload: Buffer.from(id, "utf8") };
}

function searchOf(payload: Uint8Array): string {
  return Buffer.from(payload).toString("utf8");
}

/** Does one step after another until the search has ended. Each step starts from the log alone. */
async function carryOn(deps: SearchJobs, id: string, lease: AbortSignal): Promise<void> {
  const { platform, store } = deps;
  for (;;) {
    lease.throwIfAborted();
    const { events, version } = await store.load(id);
    const state = replay(events.map(eventFromProto)) as SearchState;
    const step = nextStep(state);
    if (step.type === "stop") break;
    // For each step anew, and from here on: a search that was cancelled and asked for again has an old one in its log.
    const cancelled = new AbortController();
    const finished = new AbortController();
    const watching = watchForCancel(store, id, version, cancelled, AbortSignal.any([lease, finished.signal]));
    const signal = AbortSignal.any([lease, cancelled.signal]);
    try {
      await takeStep(deps, { id, step, state, events, version, signal });
    } catch (error) {
      if (lease.aborted) throw error;
      if (cancelled.signal.aborted || error instanceof VersionConflictError) continue;
      if (error instanceof ServiceError && error.kind === "unavailable") {
        platform.logger.warn({ search: id, error: error.message }, "a service cannot be reached; trying again");
        await pause(2000, signal).catch(() => {});
        continue;
      }
      const current = await store.load(id);
      await store.append(id, current.version, entry(deps.now(), failureOf(error)));
      platform.logger.error({ search: id, err: error }, "search failed");
    } finally {
      finished.abort();
      await watching;
    }
  }
  await announce(deps, id);
}

interface Turn {
  id: string;
  step: Step;
  state: SearchState;
  events: SearchEvent[];
  version: number;
  signal: AbortSignal;
}

async function takeStep(deps: SearchJobs, { id, step, state, events, version, signal }: Turn): Promise<void> {
  let current = version;
  const note = async (body: EventBody) => {
    current = await deps.store.append(id, current, entry(deps.now(), body));
  };
  const context: StepContext = {
    peers: deps.peers,
    artifacts: deps.platform.artifacts,
    bus: deps.platform.events,
    pool: deps.pool,
    logger: deps.platform.logger,
    state,
    spec: lastEvent(events, "created").spec as SearchSpec,
    history: events,
    note,
    signal,
  };
  deps.platform.logger.info({ search: id, step: step.type }, "search step");
  const body = await execute(context, step);
  if (body) await note(body);
}

async function execute(context: StepContext, step: Step): Promise<EventBody | undefined> {
  switch (step.type) {
    case "start":
      return { $case: "started", value: {} };
    case "embed":
      return embed(context);
    case "cluster":
      return cluster(context);
    case "tokenise":
      return tokenise(context);
    case "planRound":
      return planRound(context, step.round);
    case "awaitRuns":
      await awaitRuns(context, step.runs);
      return undefined;
    case "fit":
      return fit(context, step.round);
    case "planConfirmation":
      return planConfirmation(context);
    case "decide":
      return decideResult(context);
    case "write":
      return writeOutputs(context);
    case "giveUp":
      return failedWith("", step.message);
    case "stop":
      return undefined;
  }
}

/** Fires `cancelled` as soon as the log says, after a version, that a user cancelled the search. */
async function watchForCancel(
  store: SearchStore,
  id: string,
  after: number,
  cancelled: AbortController,
  until: AbortSignal,
): Promise<void> {
  try {
    for await (const { event } of store.follow(id, after, until)) {
      if (event.event?.$case === "cancelled") return cancelled.abort();
    }
  } catch (error) {
    if (!until.aborted) throw error;
  }
}

/** Tells the world how the search ended, and stops what a cancelled one still has queued. */
async function announce({ platform, store, peers }: SearchJobs, id: string): Promise<void> {
  const { events } = await store.load(id);
  const state = replay(events.map(eventFromProto)) as SearchState;
  if (state.end === "cancelled") {
    const waiting = state.runs.filter(({ outcome }) => !outcome);
    await Promise.all(waiting.map(({ runId }) => peers.training.cancelRun({ id: runId })));
  }
  if (!state.end) return; // begun again meanwhile: there is nothing to announce yet
  const ends = {
    succeeded: JobState.JOB_STATE_SUCCEEDED,
    failed: JobState.JOB_STATE_FAILED,
    cancelled: JobState.JOB_STATE_CANCELLED,
  };
  const payload = SearchFinished.encode({ searchId: id, state: ends[state.end] }).finish();
  await platform.events.publish({ subject: "search.search_finished", id: `${id}-${events.length}`, payload });
}

/** A log entry with its time. */
export function entry(timeMs: number, event: EventBody): SearchEvent {
  return { event, timeMs: BigInt(timeMs) };
}

function failedWith(reason: string, message: string): EventBody {
  return { $case: "failed", value: { failure: { reason, message, metadata: {} } } };
}

function failureOf(error: unknown): EventBody {
  if (error instanceof PartFailed) {
    const { reason, metadata } = error.failure ?? { reason: "", metadata: {} };
    return { $case: "failed", value: { failure: { reason, message: error.message, metadata } } };
  }
  if (error instanceof ServiceError) {
    const { reason, message, metadata } = error;
    return { $case: "failed", value: { failure: { reason, message, metadata: metadata ?? {} } } };
  }
  return failedWith("", error instanceof Error ? error.message : String(error));
}
