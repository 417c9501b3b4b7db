import type { BatchPrediction, Prediction } from "./core/ensemble.js";
import type { DomainEffect, Interaction } from "./core/explain.js";
import type { LearningPoint } from "./core/learning-curve.js";
import type { ModelName } from "./core/models.js";
import type { ConstraintInput } from "./core/propose/constraints.js";
import type { Acquisition } from "./core/propose/propose.js";
import type { ResultRow } from "./core/rows.js";
import type { TargetFit } from "./core/target-fit.js";

/** A target as a worker needs it: its statistics are a local file, found before. */
export interface TargetInput {
  name: string;
  weight: number;
  statisticsPath?: string;
}

/** What a fit is made of; plain data. */
export interface FitInput {
  domains: string[];
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
  domains: string[];
  targets: TargetInput[];
  proxyTokens: number;
}

export interface ProposeInput {
  domains: string[];
  targets: TargetInput[];
  proxyTokens: number;
  modelPath?: string;
  acquisition: Acquisition;
  count: number;
  constraints: ConstraintInput;
  known: number[][];
  seed: number;
}

/** What the service's threads do. */
export type Task =
  | { kind: "fit-target"; input: FitInput; index: number }
  | { kind: "assemble"; input: FitInput; targets: TargetFit[] }
  | { kind: "predict"; input: ModelInput; mixtures: number[][] }
  | { kind: "explain"; input: ModelInput; mixture: number[] }
  | { kind: "propose"; input: ProposeInput };

/** Quality of one target, for the resource. */
export interface FitSummary {
  spearman: number;
  rSquared: number;
  meanSquaredError: number;
  coverage: number;
  noise: number;
  weights: Record<string, number>;
  refused: Record<string, string>;
  /** One for each given row. */
  outOfFold: number[];
  learningCurve: LearningPoint[];
}

export interface AssembleResult {
  /** The model file's content. */
  model: Uint8Array;
  /** The same as an ONNX model. */
  onnx: Uint8Array;
  fits: FitSummary[];
  warnings: string[];
}

export type Predicted = Pick<BatchPrediction, "objective" | "targets">;

export interface ProposedMixture {
  mixture: number[];
  origin: string;
  prediction?: { objective: Prediction; targets: Prediction[] };
}

export type TaskResult<T extends Task> = T extends { kind: "fit-target" }
  ? TargetFit
  : T extends { kind: "assemble" }
    ? AssembleResult
    : T extends { kind: "predict" }
      ? Predicted
      : T extends { kind: "explain" }
        ? { effects: DomainEffect[]; interactions: Interaction[] }
        : ProposedMixture[];
