import { JobState } from "@climb/proto/common/v1/job";
import type { Cost } from "@climb/proto/common/v1/ledger";
import { type PlannedRun, type SearchEvent, WorkKind } from "@climb/proto/search/v1/search_events";
import {
  type Estimate,
  Search,
  SearchPhase,
  type SearchResult,
  type SearchRun,
} from "@climb/proto/search/v1/search_service";
import { gainSoFar, objective } from "../core/index.js";
import { roleFromProto, targetFromProto } from "./convert.js";

/** A search as callers see it but for its status, and its runs in the order they were planned. */
export interface SearchView {
  search: Search;
  runs: SearchRun[];
}

/** What callers see after the events of a search's log, in order. @throws Error for a log without its first event. */
export function viewOf(events: readonly SearchEvent[]): SearchView {
  const search = Search.create();
  let rounds = 0;
  const runs: SearchRun[] = [];
  // Where each run stands; more than once if it was planned again.
  const places = new Map<string, number[]>();
  const plan = (planned: readonly PlannedRun[], round: number) => {
    for (const run of planned) {
      places.set(run.runId, [...(places.get(run.runId) ?? []), runs.length]);
      runs.push(plannedView(run, round));
    }
  };

  for (const { event } of events) {
    switch (event?.$case) {
      case "created":
        search.id = event.value.searchId;
        search.spec = event.value.spec;
        search.targets = event.value.targets;
        search.phase = SearchPhase.SEARCH_PHASE_EMBEDDING;
        if (event.value.spec?.input?.$case === "domainSetId") {
          search.domainSetId = event.value.spec.input.value;
          search.phase = SearchPhase.SEARCH_PHASE_CLUSTERING;
        }
        break;
      case "started":
        // Begun again after a failure or a cancel: runs that were lost get another chance.
        runs.forEach((run, i) => {
          if (run.state !== JobState.JOB_STATE_SUCCEEDED) runs[i] = asPlanned(run);
        });
        break;
      case "workStarted":
        if (event.value.kind === WorkKind.WORK_KIND_EMBEDDING_SET) search.embeddingSetId = event.value.id;
        if (event.value.kind === WorkKind.WORK_KIND_DOMAIN_SET) search.domainSetId = event.value.id;
        if (event.value.kind === WorkKind.WORK_KIND_TOKEN_SET) search.tokenSetId = event.value.id;
        break;
      case "embedded":
        search.embeddingSetId = event.value.embeddingSetId;
        search.phase = SearchPhase.SEARCH_PHASE_CLUSTERING;
        break;
      case "domainsFound":
        search.domainSetId = event.value.domainSetId;
        search.phase = SearchPhase.SEARCH_PHASE_TOKENISING;
        break;
      case "tokensReady":
        search.tokenSetId = event.value.tokenSetId;
        search.phase = SearchPhase.SEARCH_PHASE_ROUNDS;
        break;
      case "roundPlanned":
        rounds = event.value.round;
        plan(event.value.runs, rounds);
        break;
      case "confirmationPlanned":
        search.phase = SearchPhase.SEARCH_PHASE_CONFIRMATION;
        plan(event.value.runs, rounds + 1);
        break;
      case "runRecorded": {
        const { runId, state, tasks, seconds, tokens, failure, groupWeights } = event.value;
        const succeeded = state === JobState.JOB_STATE_SUCCEEDED;
        const value = succeeded ? objective(search.targets.map(targetFromProto), tasks) : 0;
        for (const i of places.get(runId) ?? []) {
          const run = runs[i] as SearchRun;
          if (run.state !== JobState.JOB_STATE_PENDING) continue;
          runs[i] = { ...run, state, tasks, seconds, tokens, failure, groupWeights, objective: value };
        }
        break;
      }
      case "predictorFitted":
        search.warnings = event.value.warnings;
        search.fits = event.value.fits;
        search.predictorId = event.value.predictorId;
        break;
      case "resultDecided":
        search.phase = SearchPhase.SEARCH_PHASE_WRITING;
        search.result = event.value.result;
        search.warnings = event.value.result?.warnings ?? [];
        search.gain = confirmedGain(search.result);
        break;
      case "completed":
        search.phase = SearchPhase.SEARCH_PHASE_DONE;
        search.result = { ...(search.result as SearchResult), ...event.value };
        break;
    }
  }
  if (!search.id) throw new Error("the log does not begin with the creation of a search");
  search.runsPlanned = runs.length;
  search.runsFinished = runs.filter((run) => run.state === JobState.JOB_STATE_SUCCEEDED).length;
  search.runsFailed = runs.filter((run) => run.state === JobState.JOB_STATE_FAILED).length;
  search.cost = costOf(search, runs);
  if (!search.result) search.gain = gainSoFar(measured(runs));
  return { search, runs };
}

/** What the confirmation says of the answer against the proportional mixture; undefined if that could not be confirmed. */
function confirmedGain(result: SearchResult | undefined): Estimate | undefined {
  const against = result?.baselines.find(({ name }) => name === "proportional")?.difference;
  return against && { ...against, mean: -against.mean, lower: -against.upper, upper: -against.lower };
}

function measured(runs: readonly SearchRun[]) {
  const succeeded = runs.filter(
    ({ state, smallerProxy }) => state === JobState.JOB_STATE_SUCCEEDED && smallerProxy === 0,
  );
  return succeeded.map(({ role, ...run }) => ({ ...run, role: roleFromProto(role) }));
}

/** What a search took so far. */
function costOf({ result }: Search, runs: readonly SearchRun[]): Cost {
  const sizes = Object.values(result?.files ?? {}).map(({ sizeBytes }) => sizeBytes);
  return {
    seconds: runs.reduce((sum, run) => sum + run.seconds, 0),
    tokens: runs.reduce((sum, run) => sum + run.tokens, 0n),
    bytes: sizes.reduce((sum, size) => sum + size, 0n),
  };
}

/** A run that did not succeed, as it was before it was tried. */
function asPlanned(run: SearchRun): SearchRun {
  return { ...run, state: JobState.JOB_STATE_PENDING, failure: "" };
}

function plannedView(run: PlannedRun, round: number): SearchRun {
  return {
    ...run,
    round,
    state: JobState.JOB_STATE_PENDING,
    objective: 0,
    tasks: [],
    seconds: 0,
    tokens: 0n,
    failure: "",
    groupWeights: [],
  };
}
