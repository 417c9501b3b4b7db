import type { Evidence } from "./evidence.js";
import type { Plan } from "./plan.js";
import type { RoundsEnd } from "./rounds.js";

/** A domain as the search sees it once its tokens are counted. */
export interface SearchDomain {
  id: string;
  label: string;
  /** Tokens in the domain, N_j. */
  tokens: number;
  /** Of a tier of quality: the domain that was cut, and which tier it is, 1 for the poorest. */
  parent?: string | undefined;
  tier?: number | undefined;
  /** Of a weight in the decay of the learning rate: the domain that it is a weight of. */
  decayOf?: string | undefined;
}

/** What is known of a domain before its tokens are counted. */
export type FoundDomain = Omit<SearchDomain, "tokens">;

export interface SearchTarget {
  name: string;
  /** Weight in the objective; 0 for a guardrail. */
  weight: number;
  role: "objective" | "guardrail";
  /** Bits per byte by which a guardrail may be worse than under the reference baseline. */
  maxRegression: number;
}

export type RunRole = "explore" | "baseline" | "confirm" | "replicate" | "component" | "smaller";

/** A predicted objective with its 90 % interval. */
export interface Predicted {
  value: number;
  lower: number;
  upper: number;
}

export interface PlannedRun {
  runId: string;
  role: RunRole;
  /** Where the mixture came from, for people. */
  origin: string;
  /** Weights in the order of the domains, multiples of 1e-6. */
  mixture: number[];
  seed: number;
  predicted?: Predicted;
  /** Which of the smaller proxies it trains, 1 for the first; 0 or none for the proxy itself. */
  smallerProxy?: number;
}

/** What one run reached on one target. */
export interface TaskScore {
  target: string;
  /** Lower is better. */
  bitsPerByte: number;
}

/**
 * What can happen to a search, in the words of its event log. The edge stores richer messages; the decisions need
 * only this much of them.
 */
export type SearchEvent =
  | { type: "created"; searchId: string; plan: Plan; targets: SearchTarget[]; domainSetId?: string }
  | { type: "started" }
  | { type: "workStarted" }
  | { type: "embedded"; embeddingSetId: string }
  | { type: "domainsFound"; domainSetId: string; labels: FoundDomain[] }
  | { type: "tokensReady"; tokenSetId: string; tokens: { id: string; tokens: number }[]; minimumDomainTokens: number }
  | { type: "earlierCounted"; evidence: Evidence }
  | { type: "roundPlanned"; round: number; runs: PlannedRun[] }
  | {
      type: "runRecorded";
      runId: string;
      state: "succeeded" | "failed" | "cancelled";
      tasks: TaskScore[];
      seconds: number;
      tokens: number;
      bytes: number;
      parameters: number;
      groupWeights: number[];
      failure: string;
    }
  | { type: "predictorFitted"; round: number; predictorId: string; warnings: string[] }
  | ({ type: "roundsEnded" } & RoundsEnd)
  | { type: "confirmationPlanned"; runs: PlannedRun[] }
  | { type: "resultDecided" }
  | { type: "completed" }
  | { type: "failed"; message: string }
  | { type: "cancelled" };
