import type { BatchPrediction, Prediction } from "../core/ensemble.js";
import type { LearningPoint } from "../core/learning-curve.js";
import type { ModelName } from "../core/models.js";
import type { ConstraintInput } from "../core/propose/constraints.js";
import type { Acquisition } from "../core/propose/propose.js";
import type { ResultRow } from "../core/rows.js";

/** A target as a worker needs it: its statistics are a local file, found before. */
export interface TargetInput {
  name: string;
  weight: number;
  statisticsPath?: string;
}

/** What a fit is made of; plain data. */
export interface FitInput {
  domains: string[];
  /** The ids by which statistics know them. */
  counted: string[];
  targets: TargetInput[];
  rows: ResultRow[];
  /** Tokens of each domain. */
  tokens: number[];
  /** Parameters of the model that is predicted for, where rows are of several sizes. */
  targetCapacity?: number;
  proxyTokens: number;
  /** Tokens of the run that tells how often a domain repeats; 0 if nobody knows. */
  repetitionTokens: number;
  models: ModelName[];
  single: boolean;
  noise: number[];
  seed: number;
}

/** A fitted model with what is needed to evaluate it. */
export interface ModelInput {
  modelPath: string;
  /** The domains by the ids that statistics know them by. */
  counted: string[];
  targets: TargetInput[];
  proxyTokens: number;
}

/** A task that must not get worse than at the reference by more than it may. */
export interface GuardInput {
  /** Its index. */
  target: number;
  maxRegression: number;
  reference: number[];
}

/** What a proposal is made of; plain data. */
export interface ProposeInput {
  /** The domains by the ids that statistics know them by. */
  counted: string[];
  targets: TargetInput[];
  proxyTokens: number;
  modelPath?: string;
  acquisition: Acquisition;
  count: number;
  constraints: ConstraintInput;
  guards: GuardInput[];
  known: number[][];
  seed: number;
}

/** Quality of one target, for the resource. */
export interface FitSummary {
  spearman: number;
  rSquared: number;
  meanSquaredError: number;
  coverage: number;
  noise: number;
  /** What predicting for another size adds to each side of the intervals; 0 where all rows are of one size. */
  transferError: number;
  weights: Record<string, number>;
  refused: Record<string, string>;
  /** One for each given row. */
  outOfFold: number[];
  learningCurve: LearningPoint[];
}

/** What the fits of all targets come to. */
export interface AssembleResult {
  /** The model file's content. */
  model: Uint8Array;
  /** The same as an ONNX model. */
  onnx: Uint8Array;
  fits: FitSummary[];
  warnings: string[];
}

/** Predictions of a batch of mixtures. */
export type Predicted = Pick<BatchPrediction, "objective" | "targets">;

/** Mixtures to train, and what a further round promises where it was asked for. */
export interface Proposals {
  proposals: ProposedMixture[];
  expectedImprovement?: number;
}

/** A mixture that is worth training, and where it came from. */
export interface ProposedMixture {
  mixture: number[];
  origin: string;
  prediction?: { objective: Prediction; targets: Prediction[] };
}
