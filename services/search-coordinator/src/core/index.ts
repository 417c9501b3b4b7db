export { type Baseline, baselines } from "./baselines.js";
export { type Candidate, confirmationCandidates } from "./confirm.js";
export { isFeasible, repetitions, targetTokens, upperWeights } from "./constraints.js";
export {
  bytesPerDomain,
  cutByBytes,
  type DocumentSizes,
  type DomainShare,
  defaultDatasetTokens,
  selectCopies,
  shuffleKey,
} from "./dataset.js";
export { type Comparison, type Confirmed, type Decision, decide, groupConfirmed } from "./decide.js";
export type { PlannedRun, RunRole, SearchDomain, SearchEvent, SearchTarget, TaskScore } from "./events.js";
export { nextStep, type Step } from "./next-step.js";
export type { Estimate, Noise } from "./noise.js";
export { objective, type ScoredRun, scoredRuns } from "./objective.js";
export {
  confirmationSeeds,
  DEFAULT_MAX_REPETITION,
  DEFAULT_ROUNDS,
  exploreSeed,
  type Plan,
  planFaults,
  plannedRuns,
  type Strategy,
} from "./plan.js";
export { evolve, replay, type SearchRun, type SearchState } from "./state.js";
