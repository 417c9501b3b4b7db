import type { Platform } from "@climb/ports";
import { JobState } from "@climb/proto/common/v1/job";
import type { SearchEvent } from "@climb/proto/search/v1/search_events";
import type { Search, SearchSpec } from "@climb/proto/search/v1/search_service";
import type { MakeContext } from "@climb/resources";
import { forSearch, nameSpan, recordSpan, ServiceError, VersionConflictError, withLongSpan } from "@climb/runtime";
import { nextStep, replay, type SearchState, type Step } from "../core/index.js";
import { eventFromProto } from "../rpc/convert.js";
import { viewOf } from "../rpc/view.js";
import { planConfirmation } from "./confirmation.js";
import type { EventBody, SearchContext, StepContext } from "./context.js";
import { decideResult } from "./decision.js";
import { cluster, embed, tokenise } from "./domains.js";
import { countEarlier } from "./earlier.js";
import { fit } from "./fit.js";
import { isHistoryStored, openLog, removeLog, type SearchLog, storeHistory } from "./history.js";
import { stopRuns, whenPaused } from "./pause.js";
import { planRound } from "./rounds.js";
import { awaitRuns } from "./runs.js";
import { tellStanding } from "./tell-standing.js";
import { writeOutputs } from "./write.js";

/**
 * Carries a search to its end, or until it is held by a call: its own runs stop then, and its job ends until it is resumed.
 */
export async function carryOn(
  context: SearchContext,
  search: Search,
  making: MakeContext<Search>,
): Promise<(before: Search) => Search> {
  const pausing = whenPaused(context.platform, search.id);
  const isPaused = async () => (await making.update((before) => before)).paused;
  try {
    if (!(await isPaused())) {
      const signal = AbortSignal.any([making.signal, pausing.signal]);
      return await carryToEnd(context, search, { ...making, signal });
    }
  } catch (error) {
    // A step that was cut short may end with any error.
    if (!pausing.signal.aborted || making.signal.aborted) throw error;
  } finally {
    await pausing.close();
  }
  await stopRuns(context, search);
  return making.sleep(`search ${search.id} to be resumed`, async () => !(await isPaused()));
}

/**
 * Carries a search to its end, one step after another. Each step follows from the log alone, so that whoever takes the
 * search over decides the same; the resource shows what the log says.
 */
function carryToEnd(
  context: SearchContext,
  search: Search,
  making: MakeContext<Search>,
): Promise<(before: Search) => Search> {
  nameSpan({ "climb.search.id": search.id });
  return forSearch(search.id, () => oneStepAfterAnother(context, search, making));
}

async function oneStepAfterAnother(
  context: SearchContext,
  search: Search,
  making: MakeContext<Search>,
): Promise<(before: Search) => Search> {
  const { platform } = context;
  const { id } = search;
  let log = await begun(platform, search);
  await making.update(showing(log.events));
  for (;;) {
    making.signal.throwIfAborted();
    const state = stateOf(log.events);
    const step = nextStep(state);
    tellStanding(id, state, log.events);
    if (step.type === "stop") break;
    platform.logger.info({ search: id, step: step.type }, "search step");
    const note = async (body: EventBody) => {
      if (isKnownWork(log.events, body)) return;
      await log.append(body, Date.now());
      await making.update(showing(log.events));
    };
    const spec = search.spec as SearchSpec;
    try {
      const body = await withLongSpan(`step ${step.type}`, { attributes: describeStep(step), mark: true }, () =>
        execute({ ...context, making, state, spec, history: log.events, note }, step),
      );
      if (body) await note(body);
      if (body?.$case === "predictorFitted") recordRound(log.events, body.value.round);
    } catch (error) {
      if (!(error instanceof VersionConflictError)) throw error;
      // Another process went on with it while this one had lost its lease, or its answer.
      log = await openLog(platform, id);
    }
  }
  await storeHistory(platform, id, log.events);
  const shown = showing(log.events);
  return (before) => ({ ...shown(before), paused: false });
}

function describeStep(step: Step): Record<string, string | number> {
  return { "climb.search.step": step.type, ...("round" in step && { "climb.search.round": step.round }) };
}

/** A round lasts from its planning to its fit, however many coordinators it has met: the log has its times. */
function recordRound(events: readonly SearchEvent[], round: number): void {
  const isPlan = ({ event }: SearchEvent) => event?.$case === "roundPlanned" && event.value.round === round;
  const [planned, fitted] = [events.findLast(isPlan), events.at(-1)];
  if (!planned || !fitted) return;
  const times = { startMs: Number(planned.timeMs), endMs: Number(fitted.timeMs) };
  recordSpan("round", times, { "climb.search.round": round });
}

/** The log of a search in which this attempt has begun. */
async function begun(platform: Platform, { id, spec, targets, status }: Search): Promise<SearchLog> {
  const log = await openLog(platform, id);
  const attemptMs = status?.createTime?.getTime() ?? 0;
  if (log.events.length === 0)
    await log.append({ $case: "created", value: { searchId: id, spec, targets } }, attemptMs);
  const known = log.events.some(({ event, timeMs }) => event?.$case === "started" && Number(timeMs) === attemptMs);
  if (!known) await log.append({ $case: "started", value: {} }, attemptMs);
  return log;
}

/** Work is noted once, however often a step is begun again. */
function isKnownWork(events: readonly SearchEvent[], { $case, value }: EventBody): boolean {
  if ($case !== "workStarted") return false;
  return events.some(
    ({ event }) => event?.$case === $case && event.value.kind === value.kind && event.value.id === value.id,
  );
}

function stateOf(events: readonly SearchEvent[]): SearchState {
  return replay(events.map(eventFromProto)) as SearchState;
}

/** The search as its log has it; its status, whether it is held, its name and its priority are the resource's own. */
function showing(events: readonly SearchEvent[]): (before: Search) => Search {
  const { search } = viewOf(events);
  return ({ status, paused, spec }) => ({
    ...search,
    status,
    paused,
    spec: search.spec && { ...search.spec, name: spec?.name ?? "", priority: spec?.priority ?? search.spec.priority },
  });
}

async function execute(context: StepContext, step: Step): Promise<EventBody | undefined> {
  switch (step.type) {
    case "embed":
      return embed(context);
    case "cluster":
      return cluster(context);
    case "tokenise":
      return tokenise(context);
    case "countEarlier":
      return countEarlier(context);
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
      throw new ServiceError("wrongState", "", step.message);
    case "start":
    case "stop":
      return undefined;
  }
}

/** Forgets the log of a search that has succeeded, whose history is one artifact by now, or that is deleted. */
export async function tidySearch({ platform }: SearchContext, { id, status }: Search): Promise<void> {
  if (status?.state === JobState.JOB_STATE_SUCCEEDED && !(await isHistoryStored(platform, id))) return;
  await removeLog(platform, id);
}
