import type { FoundDomain, PlannedRun, SearchDomain, SearchEvent, SearchTarget, TaskScore } from "./events.js";
import type { Evidence } from "./evidence.js";
import { searchedWeights } from "./phases.js";
import type { Plan } from "./plan.js";
import type { RoundsEnd } from "./rounds.js";

/** A planned run and, once it ended, how. */
export interface SearchRun extends PlannedRun {
  round: number;
  outcome?: {
    state: "succeeded" | "failed" | "cancelled";
    tasks: TaskScore[];
    seconds: number;
    tokens: number;
    /** Of the weights that it keeps. */
    bytes: number;
    /** Parameters of the proxy; 0 where they are not known. */
    parameters: number;
    /** Mean weights of DoReMi's proxy over its run; empty for other runs. */
    groupWeights: number[];
    failure: string;
  };
}

/** What a search is after some of its events. */
export interface SearchState {
  searchId: string;
  plan: Plan;
  targets: SearchTarget[];
  started: boolean;
  embeddingSetId?: string;
  domainSetId?: string;
  labels?: FoundDomain[];
  tokenSetId?: string;
  domains?: SearchDomain[];
  /** Fewest tokens that a domain needs to fill one window of the proxy. */
  minimumDomainTokens: number;
  /** What an earlier search over other domains left; set once it was looked at. */
  evidence?: Evidence;
  /** Rounds planned so far. */
  rounds: number;
  runs: SearchRun[];
  /** One for each round of explored mixtures, in order. */
  predictors: string[];
  warnings: string[];
  /** Set when no further round is made, and why. */
  roundsEnd?: RoundsEnd;
  confirmationPlanned: boolean;
  decided: boolean;
  end?: "succeeded" | "failed" | "cancelled";
}

/**
 * The search after one more event. Pure: the state is what the log says and nothing else, so a restarted process
 * that reads the log goes on exactly where the last one stopped.
 * @throws Error if the event cannot follow (a corrupt log).
 */
export function evolve(state: SearchState | undefined, event: SearchEvent): SearchState {
  if (event.type === "created") {
    if (state) throw new Error(`search ${state.searchId}: created twice`);
    return {
      searchId: event.searchId,
      plan: event.plan,
      targets: event.targets,
      started: false,
      domainSetId: event.domainSetId,
      minimumDomainTokens: 0,
      rounds: 0,
      runs: [],
      predictors: [],
      warnings: [],
      confirmationPlanned: false,
      decided: false,
    };
  }
  if (!state) throw new Error(`a log cannot begin with "${event.type}"`);
  switch (event.type) {
    case "started":
      // A search that failed or was cancelled is begun again by asking for it again; its lost runs get another chance.
      return { ...state, started: true, end: undefined, runs: state.runs.map(withoutFailure) };
    case "workStarted":
      return state; // tells people what goes on; decides nothing
    case "embedded":
      return { ...state, embeddingSetId: event.embeddingSetId };
    case "domainsFound":
      return { ...state, domainSetId: event.domainSetId, labels: event.labels };
    case "tokensReady": {
      const found = new Map(state.labels?.map((domain) => [domain.id, domain]));
      const domains = event.tokens.map(({ id, tokens }) => ({ ...(found.get(id) ?? { id, label: id }), tokens }));
      const searched = searchedWeights(state.plan, domains);
      return {
        ...state,
        tokenSetId: event.tokenSetId,
        domains: searched,
        minimumDomainTokens: event.minimumDomainTokens,
      };
    }
    case "earlierCounted":
      return { ...state, evidence: event.evidence };
    case "roundPlanned":
      return { ...state, rounds: event.round, runs: withRuns(state.runs, event.runs, event.round) };
    case "runRecorded": {
      const { type: _, runId, ...outcome } = event;
      // Delivered at least once: the first record of a run stays, so a repeated event changes nothing.
      const runs = state.runs.map((run) => (run.runId === runId && !run.outcome ? { ...run, outcome } : run));
      return { ...state, runs };
    }
    case "predictorFitted":
      return {
        ...state,
        predictors: [...state.predictors, event.predictorId],
        // Only the last fit's doubts count: earlier ones had fewer rows.
        warnings: event.warnings,
      };
    case "roundsEnded": {
      const { type: _, ...roundsEnd } = event;
      return { ...state, roundsEnd };
    }
    case "confirmationPlanned":
      return { ...state, confirmationPlanned: true, runs: withRuns(state.runs, event.runs, state.rounds + 1) };
    case "resultDecided":
      return { ...state, decided: true };
    case "completed":
      return { ...state, end: "succeeded" };
    case "failed":
      return { ...state, end: "failed" };
    case "cancelled":
      return { ...state, end: "cancelled" };
  }
}

function withoutFailure(run: SearchRun): SearchRun {
  const { outcome, ...planned } = run;
  return outcome && outcome.state !== "succeeded" ? planned : run;
}

function withRuns(known: SearchRun[], planned: PlannedRun[], round: number): SearchRun[] {
  return [...known, ...planned.map((run) => ({ ...run, round }))];
}

/** The state after a whole log; undefined for an empty one. */
export function replay(events: Iterable<SearchEvent>): SearchState | undefined {
  let state: SearchState | undefined;
  for (const event of events) state = evolve(state, event);
  return state;
}
