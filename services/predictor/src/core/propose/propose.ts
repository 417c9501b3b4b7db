import { argMax, type Random, seeded } from "@climb/numeric";
import { type BatchPrediction, type Predictor, predictBatch, predictObjective } from "../ensemble.js";
import type { FeatureSource } from "../features/source.js";
import { createBatch, fill } from "./batch.js";
import {
  balancedCandidates,
  type Candidate,
  neighbours,
  paperCandidates,
  priorCandidates,
  temper,
} from "./candidates.js";
import { type Feasible, makeFeasible } from "./constraints.js";
import { smoothPart, stack, zeroRunObjective } from "./objectives.js";
import { constrainedOptimum } from "./optimum.js";

/** How mixtures are chosen. The last three need no predictor. */
export type Acquisition = "climb" | "paper" | "best" | "explore" | "zero-run" | "paper-explore";

export interface ProposalRequest {
  acquisition: Acquisition;
  count: number;
  set: Feasible;
  /** Mixtures already trained or queued. */
  known: readonly ArrayLike<number>[];
  /** Needed for "climb", "paper" and "best". */
  predictor?: Predictor;
  /** Per target; may be sources without columns. */
  features: readonly FeatureSource[];
  /** Weights of the targets, for the zero-run objective. */
  targetWeights: readonly number[];
  seed: number;
  /** Candidates scored by "climb" and "best"; default 2000. */
  pool?: number;
}

/** Candidates scored by "paper": as published with the published predictor, fewer where features must be evaluated for each. */
const paperPool = { published: 100_000, ensemble: 10_000 };

/**
 * Mixtures to train next, rounded to 1e-6, all feasible, distinct and unknown; fewer than asked for only if no more were found.
 * The same request gives the same answer.
 */
export function propose(request: ProposalRequest): Candidate[] {
  const random = seeded(request.seed);
  switch (request.acquisition) {
    case "explore":
      return explore(request, random);
    case "paper-explore":
      return paperExplore(request, random);
    case "zero-run":
      return zeroRun(request, random);
    case "paper":
      return paper(request, needPredictor(request), random);
    case "best":
      return best(request, needPredictor(request), random);
    case "climb":
      return climb(request, needPredictor(request), random);
  }
}

function needPredictor(request: ProposalRequest): Predictor {
  if (!request.predictor) throw new RangeError(`acquisition "${request.acquisition}" needs a predictor`);
  return request.predictor;
}

/** First round: the zero-run optimum and mixtures near it, and around the prior and uniform weights what they leave. */
function explore(request: ProposalRequest, random: Random): Candidate[] {
  const { set, count } = request;
  const batch = createBatch(count, request.known);
  const zero = zeroRunOptimum(request, random);
  if (zero) {
    fill(batch, [zero], 1);
    fill(
      batch,
      neighbours(zero.mixture, set, 16 * count, random.child("zero-run"), "near the zero-run optimum"),
      Math.ceil(count / 4),
    );
  }
  const left = count - batch.chosen.length;
  fill(
    batch,
    balancedCandidates(set, 16 * count, random.child("balanced")),
    batch.chosen.length + Math.floor(left / 4),
    0.2,
  );
  fill(batch, priorCandidates(set, 32 * count, random.child("prior")), count, 0.2);
  return batch.chosen;
}

/** The published first round: 100 times as many Dirichlet draws as wanted, picked at random. */
function paperExplore(request: ProposalRequest, random: Random): Candidate[] {
  const batch = createBatch(request.count, request.known);
  const pool = paperCandidates(request.set, 100 * request.count, random.child("paper"));
  fill(batch, random.child("pick").shuffle(pool), request.count, 1e-5);
  return batch.chosen;
}

function zeroRun(request: ProposalRequest, random: Random): Candidate[] {
  const zero = zeroRunOptimum(request, random);
  if (!zero) throw new RangeError("a zero-run proposal needs the statistics of at least one target");
  const batch = createBatch(request.count, request.known);
  fill(batch, [zero], 1);
  fill(
    batch,
    neighbours(zero.mixture, request.set, 32 * request.count, random.child("near"), "near the zero-run optimum"),
    request.count,
  );
  return batch.chosen;
}

function zeroRunOptimum(request: ProposalRequest, random: Random): Candidate | undefined {
  const objective = zeroRunObjective(request.features, request.targetWeights, request.set, random.child("scale"));
  if (!objective) return undefined;
  const { mixture } = constrainedOptimum(objective, request.set, centres(request.set));
  return { mixture, origin: "zero-run optimum" };
}

/** As published: random picks among the predicted best max(M², 128) of many Dirichlet candidates. */
function paper(request: ProposalRequest, predictor: Predictor, random: Random): Candidate[] {
  const { set, count } = request;
  const pool = paperCandidates(set, predictor.single ? paperPool.published : paperPool.ensemble, random.child("paper"));
  const values = predictObjective(predictor, request.features, stack(mixturesOf(pool), set.prior.length));
  const top = ascending(values).slice(0, Math.max(count * count, 128));
  const batch = createBatch(count, request.known);
  const picks = random
    .child("pick")
    .shuffle(top)
    .map((i) => ({ ...(pool[i] as Candidate), origin: `random of the predicted best ${top.length}` }));
  fill(batch, picks, count, 1e-5);
  return batch.chosen;
}

/** The predicted best: constrained optimum, mean of the best 100 candidates (RegMix, arXiv 2407.01492), then the best ones. */
function best(request: ProposalRequest, predictor: Predictor, random: Random): Candidate[] {
  const { set, count } = request;
  const pool = candidatePool(request, predictor, random);
  const values = predictObjective(predictor, request.features, stack(mixturesOf(pool), set.prior.length));
  const order = ascending(penalise(values, pool, set));
  const top = order.slice(0, Math.min(100, order.length));
  const centre = new Float64Array(set.prior.length);
  for (const i of top) {
    (pool[i] as Candidate).mixture.forEach((w, j) => {
      centre[j] = (centre[j] as number) + w / top.length;
    });
  }
  const ranked = order.map((i) => ({ ...(pool[i] as Candidate), origin: "predicted best" }));
  const leaders = [
    ...pool.filter((candidate) => candidate.origin === "constrained optimum"),
    { mixture: makeFeasible(centre, set), origin: "mean of the predicted best" },
  ];
  const batch = createBatch(count, request.known);
  fill(batch, order.length > 0 ? byPrediction(leaders, predictor, request) : leaders, Math.min(count, 2), 0.01);
  fill(batch, ranked, count, 0.05);
  return batch.chosen;
}

/** A third exploits (constrained optimum, then predicted best), a third improves expectedly, a third are Thompson draws. */
function climb(request: ProposalRequest, predictor: Predictor, random: Random): Candidate[] {
  const { set, count } = request;
  const pool = candidatePool(request, predictor, random);
  const batchPrediction = predictBatch(predictor, request.features, stack(mixturesOf(pool), set.prior.length));
  const values = penalise(
    Float64Array.from(batchPrediction.objective, (p) => p.value),
    pool,
    set,
  );
  const renamed = (order: number[], origin: string) =>
    order.map((i) => {
      const candidate = pool[i] as Candidate;
      return candidate.origin === "constrained optimum" ? candidate : { ...candidate, origin };
    });
  const batch = createBatch(count, request.known);
  fill(
    batch,
    pool.filter((candidate) => candidate.origin === "constrained optimum"),
    1,
  );
  fill(batch, renamed(ascending(values), "predicted best"), Math.ceil(count / 3));
  fill(
    batch,
    renamed(ascending(expectedImprovement(values, batchPrediction, predictor).map((v) => -v)), "expected improvement"),
    Math.ceil((2 * count) / 3),
  );
  const draws = random.child("thompson");
  while (!batch.full) {
    const before = batch.chosen.length;
    fill(batch, renamed(ascending(thompsonDraw(values, batchPrediction, draws)), "Thompson draw"), before + 1);
    if (batch.chosen.length === before) break;
  }
  return batch.chosen;
}

/** Constrained optimum, neighbours of it and of the best measured, the prior at several strengths, balanced ones. */
function candidatePool(request: ProposalRequest, predictor: Predictor, random: Random): Candidate[] {
  const { set } = request;
  const size = request.pool ?? 2000;
  const measured = bestMeasured(request, predictor);
  const optimum = optimumOf(request, predictor, measured);
  const near = optimum ? [optimum.mixture, ...measured] : measured;
  const share = Math.floor((0.5 * size) / Math.max(1, near.length));
  return [
    ...(optimum ? [optimum] : []),
    ...near.flatMap((mixture, i) => neighbours(mixture, set, share, random.child("near", i), "near the best")),
    ...priorCandidates(set, Math.floor(0.35 * size), random.child("prior")),
    ...balancedCandidates(set, Math.floor(0.15 * size), random.child("balanced")),
  ];
}

function optimumOf(request: ProposalRequest, predictor: Predictor, measured: Float64Array[]): Candidate | undefined {
  const smooth = smoothPart(predictor, request.features);
  if (!smooth) return undefined;
  const { mixture } = constrainedOptimum(smooth, request.set, [...centres(request.set), ...measured.slice(0, 2)]);
  return { mixture, origin: "constrained optimum" };
}

/** The three known mixtures of the lowest prediction: the model smooths what a lucky seed would make look best. */
function bestMeasured(request: ProposalRequest, predictor: Predictor): Float64Array[] {
  if (request.known.length === 0) return [];
  const known = request.known.map((mixture) => Float64Array.from(mixture));
  const values = predictObjective(predictor, request.features, stack(known, request.set.prior.length));
  return ascending(values)
    .slice(0, 3)
    .map((i) => makeFeasible(known[i] as Float64Array, request.set));
}

function centres(set: Feasible): Float64Array[] {
  return [set.prior, temper(set.prior, 0)];
}

/** E[max(best − f, 0)] for a normal f (Jones, Schonlau and Welch, 1998), best = lowest prediction of a known mixture's row. */
function expectedImprovement(values: Float64Array, prediction: BatchPrediction, predictor: Predictor): Float64Array {
  const rows = predictor.targets[0]?.outOfFold.length ?? 0;
  const measured = Float64Array.from({ length: rows }, (_, r) =>
    predictor.single
      ? (predictor.single.outOfFold[r] as number)
      : predictor.targets.reduce(
          (total, target, t) => total + (predictor.shares[t] as number) * (target.outOfFold[r] as number),
          0,
        ),
  );
  const incumbent = measured[argMax(measured.map((value) => -value))] ?? Number.POSITIVE_INFINITY;
  return values.map((value, i) => {
    const deviation = Math.max(prediction.uncertainty[i] as number, 1e-12);
    const z = (incumbent - value) / deviation;
    return deviation * (z * normalCdf(z) + Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI));
  });
}

/** One sample of the objective over all candidates with the jackknife's covariance between them. */
function thompsonDraw(values: Float64Array, prediction: BatchPrediction, random: Random): Float64Array {
  const folds = prediction.draws;
  const coefficients = folds.map(() => random.normal() * Math.sqrt((folds.length - 1) / folds.length));
  return values.map((value, i) => {
    let centre = 0;
    for (const fold of folds) centre += (fold[i] as number) / folds.length;
    return folds.reduce(
      (total, fold, k) => total + (coefficients[k] as number) * ((fold[i] as number) - centre),
      value,
    );
  });
}

function byPrediction(candidates: readonly Candidate[], predictor: Predictor, request: ProposalRequest): Candidate[] {
  const values = predictObjective(predictor, request.features, stack(mixturesOf(candidates), request.set.prior.length));
  return ascending(values).map((i) => candidates[i] as Candidate);
}

function penalise(values: Float64Array, pool: readonly Candidate[], set: Feasible): Float64Array {
  if (set.klStrength === 0) return values;
  return values.map((value, i) => {
    let divergence = 0;
    (pool[i] as Candidate).mixture.forEach((w, j) => {
      if (w > 0) divergence += w * Math.log(w / Math.max(set.prior[j] as number, 1e-12));
    });
    return value + set.klStrength * divergence;
  });
}

function mixturesOf(candidates: readonly Candidate[]): Float64Array[] {
  return candidates.map((candidate) => candidate.mixture);
}

/** Indices by ascending value, ties by index. */
function ascending(values: Float64Array): number[] {
  return Array.from(values.keys()).sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
}

/** Φ(z) by Abramowitz and Stegun 7.1.26 for erf, absolute error below 1e-6. */
function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const tail =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) *
    Math.exp(-x * x);
  return z >= 0 ? 1 - tail / 2 : tail / 2;
}
