export { type Estimate, type Noise, standardErrorOfDifference } from "@climb/numeric";
export { firstAdmission, nextAdmission, type Priority } from "./admission.js";
export {
  type Baseline,
  baselines,
  type RawBaselines,
  rawBaselines,
  referenceBaseline,
} from "./baselines.js";
export { type Candidate, confirmationCandidates, sameMixture } from "./confirm.js";
export { brokenGuardrails, type Confirmed, groupConfirmed, worstChange } from "./confirmed.js";
export { isFeasible, repetitions, targetTokens, upperWeights } from "./constraints.js";
export {
  cutByBytes,
  type DomainSample,
  type DomainShare,
  defaultDatasetTokens,
  sampleOf,
  tokensPerDomain,
} from "./dataset.js";
export { type Comparison, type Decision, decide } from "./decide.js";
export { limitFaults, plannedRuns, textBytesPerToken } from "./estimate.js";
export type { PlannedRun, RunRole, SearchDomain, SearchEvent, SearchTarget, TaskScore } from "./events.js";
export {
  countable,
  type EarlierRun,
  type Evidence,
  type EvidenceRow,
  keptRatios,
  standingRows,
  type Trial,
  trialOf,
  trialOfEvidence,
} from "./evidence.js";
export { type DomainChange, type DomainOrigin, domainOrigins, goneDomains, type SharedTokens } from "./expressed.js";
export { gainSoFar } from "./gain.js";
export { type CheckOutcome, type HealthCheck, healthChecks } from "./health.js";
export { componentMixtures, isMerged, type MergedPair, mergedPairs, trainedRuns } from "./merged.js";
export { nextStep, type Step } from "./next-step.js";
export { objective, type ScoredRun, scoredRuns } from "./objective.js";
export { klPenalty } from "./penalty.js";
export { mixturesOfParts, overallMixture, searchedWeights, wholeDomains } from "./phases.js";
export {
  componentRounds,
  confirmationSeeds,
  DEFAULT_MAX_REPETITION,
  DEFAULT_ROUNDS,
  exploreSeed,
  explores,
  follows,
  type Plan,
  planFaults,
  type Strategy,
  seeks,
} from "./plan.js";
export { measuredNoise, replicateSeeds } from "./replicates.js";
export {
  enoughMixtures,
  FEWEST_MIXTURES,
  isLearnt,
  type RoundsEnd,
  type RoundsEndReason,
  type RunCost,
  roomForRound,
  roundSize,
  runCost,
  searchedDomains,
  whyRoundsEnded,
} from "./rounds.js";
export {
  divideFirstRound,
  divideLaterRound,
  type RoundDivision,
  type SizeTransfer,
  sizeKnowledge,
  sizeTransfers,
} from "./sizes.js";
export { type Standing, standing } from "./standing.js";
export { evolve, replay, type SearchRun, type SearchState } from "./state.js";
export { CURVES, freeWeights, isTiered, sharedAmongCurves, tierGroups } from "./tiers.js";
export { type TargetVerdict, type Verdict, verdictOf } from "./verdict.js";
