import { type Random, standardDeviation } from "@climb/numeric";
import { type Predictor, predictBatch } from "../ensemble.js";
import { ascending } from "./acquisition.js";
import { createBatch, fill } from "./batch.js";
import { type Candidate, neighbours } from "./candidates.js";
import { smoothPart, stack } from "./objectives.js";
import { constrainedOptimum } from "./optimum.js";
import { penalties } from "./penalty.js";
import { candidatePool } from "./pool.js";
import type { ProposalRequest } from "./request.js";

/** Optima of so many random weightings of the targets join the candidates. */
const WEIGHTINGS = 12;
/** Rounds of neighbours around the best found so far. */
const REFINEMENTS = 3;

/**
 * Mixtures of which none is predicted better than another on every target, spread over what can be had: first the best
 * on each target, then always the one farthest from those chosen, in units of each target's spread.
 */
export function pareto(request: ProposalRequest, predictor: Predictor, random: Random): Candidate[] {
  const pool = severalTargetsPool(request, predictor, random);
  const values = targetValues(request, predictor, pool);
  const broken = penalties(
    pool.map(({ mixture }) => mixture),
    { ...request, set: { ...request.set, klStrength: 0 } },
    predictor,
  );
  const kept = pool.map((_, i) => i).filter((i) => broken[i] === 0);
  const front = nonDominated(kept.map((i) => values[i] as number[])).map((i) => kept[i] as number);
  const batch = createBatch(request.count, request.known);
  if (front.length === 0) return [];
  earning(predictor).forEach(({ name }, t) => {
    const best = front.reduce((a, b) => ((values[b]?.[t] ?? 0) < (values[a]?.[t] ?? 0) ? b : a));
    fill(
      batch,
      [{ ...(pool[best] as Candidate), origin: `Pareto set: best on ${name}` }],
      batch.chosen.length + 1,
      1e-3,
    );
  });
  const distance = (a: number, b: number) =>
    Math.hypot(...(values[a] as number[]).map((value, t) => value - (values[b]?.[t] as number)));
  const chosen = front.filter((i) => batch.chosen.some(({ mixture }) => same(mixture, (pool[i] as Candidate).mixture)));
  const left = new Set(front.filter((i) => !chosen.includes(i)));
  while (!batch.full && left.size > 0) {
    let farthest = { index: -1, distance: -1 };
    for (const i of left) {
      const nearest = chosen.reduce((least, j) => Math.min(least, distance(i, j)), Number.POSITIVE_INFINITY);
      if (nearest > farthest.distance) farthest = { index: i, distance: nearest };
    }
    left.delete(farthest.index);
    chosen.push(farthest.index);
    fill(batch, [{ ...(pool[farthest.index] as Candidate), origin: "Pareto set" }], batch.chosen.length + 1, 1e-3);
  }
  return batch.chosen;
}

/** The mixtures whose worst target gains most over the prior, in units of each target's spread. */
export function worstCase(request: ProposalRequest, predictor: Predictor, random: Random): Candidate[] {
  const { set } = request;
  let pool = severalTargetsPool(request, predictor, random);
  const scores = (candidates: readonly Candidate[]) => {
    const [prior, ...values] = targetValues(request, predictor, [{ mixture: set.prior, origin: "" }, ...candidates]);
    const penalty = penalties(
      candidates.map(({ mixture }) => mixture),
      request,
      predictor,
    );
    return Float64Array.from(
      values,
      (each, i) => Math.max(...each.map((value, t) => value - (prior?.[t] as number))) + (penalty[i] as number),
    );
  };
  for (let round = 0; round < REFINEMENTS; round++) {
    const best = ascending(scores(pool)).slice(0, 20);
    pool = [
      ...best.map((i) => pool[i] as Candidate),
      ...best.flatMap((i) =>
        neighbours((pool[i] as Candidate).mixture, set, 40, random.child("refine", round, i), "best worst case"),
      ),
    ];
  }
  const batch = createBatch(request.count, request.known);
  const ranked = ascending(scores(pool)).map((i) => ({ ...(pool[i] as Candidate), origin: "best worst case" }));
  fill(batch, ranked, request.count, 0.05);
  return batch.chosen;
}

/** The usual candidates, and the optima of each target and of random weightings of all. */
function severalTargetsPool(request: ProposalRequest, predictor: Predictor, random: Random): Candidate[] {
  const earners = earning(predictor);
  const count = earners.length;
  const spread = (shares: Float64Array) => {
    const all = new Float64Array(predictor.targets.length);
    earners.forEach(({ index }, i) => {
      all[index] = shares[i] as number;
    });
    return all;
  };
  const weightings = [
    ...Array.from({ length: count }, (_, t) => Float64Array.from({ length: count }, (_, i) => (i === t ? 1 : 0))),
    ...Array.from({ length: WEIGHTINGS }, (_, i) =>
      random.child("weights", i).dirichlet(new Float64Array(count).fill(1)),
    ),
  ].map(spread);
  const optima = weightings.flatMap((shares): Candidate[] => {
    const smooth = smoothPart({ ...predictor, shares }, request.features, request.guards);
    if (!smooth) return [];
    const { mixture } = constrainedOptimum(smooth, request.set, [request.set.prior]);
    return [{ mixture, origin: "optimum of a weighting" }];
  });
  return [...optima, ...candidatePool(request, predictor, random)];
}

/** The targets that earn something, with their indexes. */
function earning(predictor: Predictor): { name: string; index: number }[] {
  return predictor.targets.flatMap(({ name }, index) =>
    (predictor.shares[index] as number) > 0 ? [{ name, index }] : [],
  );
}

/** For each candidate its predicted targets that earn, in units of the targets' standard deviations over the runs. */
function targetValues(request: ProposalRequest, predictor: Predictor, pool: readonly Candidate[]): number[][] {
  const mixtures = stack(
    pool.map(({ mixture }) => mixture),
    request.set.prior.length,
  );
  const { targets } = predictBatch(predictor, request.features, mixtures);
  const spreads = predictor.targets.map(({ actual }) => standardDeviation(actual) || 1);
  return pool.map((_, i) =>
    earning(predictor).map(({ index }) => (targets[index]?.[i]?.value as number) / (spreads[index] as number)),
  );
}

/** Indexes of the rows that no other row is at least as good as everywhere and better than somewhere. */
export function nonDominated(values: readonly (readonly number[])[]): number[] {
  const dominates = (a: readonly number[], b: readonly number[]) =>
    a.every((value, t) => value <= (b[t] as number)) && a.some((value, t) => value < (b[t] as number));
  // In order of the sum nothing is dominated by what comes later, so each row need only be held against the front.
  const order = ascending(Float64Array.from(values, (each) => each.reduce((sum, value) => sum + value, 0)));
  const front: number[] = [];
  for (const i of order) {
    const row = values[i] as readonly number[];
    if (!front.some((j) => dominates(values[j] as readonly number[], row))) front.push(i);
  }
  return front;
}

function same(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return Array.from(a).every((value, j) => Math.abs(value - (b[j] as number)) < 2e-6);
}
