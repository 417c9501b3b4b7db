import type { Predictor } from "../ensemble.js";
import type { FeatureSource } from "../features/source.js";
import type { Feasible } from "./constraints.js";
import type { Guard } from "./guard.js";

/** How mixtures are chosen. The last three need no predictor. */
export type Acquisition =
  | "climb"
  | "paper"
  | "best"
  | "pareto"
  | "worst-case"
  | "expected-improvement"
  | "ucb"
  | "thompson"
  | "explore"
  | "zero-run"
  | "paper-explore";

export interface ProposalRequest {
  acquisition: Acquisition;
  count: number;
  set: Feasible;
  /** Mixtures already trained or queued. */
  known: readonly ArrayLike<number>[];
  /** Needed for all but the last three. */
  predictor?: Predictor;
  /** Per target; may be sources without columns. */
  features: readonly FeatureSource[];
  /** Targets that must not get worse; default none. Not looked at before there is a predictor. */
  guards?: readonly Guard[];
  /** Weights of the targets, for the zero-run objective. */
  targetWeights: readonly number[];
  seed: number;
  /** Candidates scored by "climb" and "best"; default 2000. */
  pool?: number;
}
