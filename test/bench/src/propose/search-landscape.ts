import { seeded } from "@climb/numeric";
import { fitPredictor, type Predictor, predictObjective } from "@climb/predictor/core/ensemble";
import { noFeatures } from "@climb/predictor/core/features/source";
import { defaultModels } from "@climb/predictor/core/models";
import { ascending } from "@climb/predictor/core/propose/acquisition";
import { paperCandidates } from "@climb/predictor/core/propose/candidates";
import { type Feasible, feasibleSet } from "@climb/predictor/core/propose/constraints";
import { stack } from "@climb/predictor/core/propose/objectives";
import { constrainedOptimum } from "@climb/predictor/core/propose/optimum";
import { type Acquisition, propose } from "@climb/predictor/core/propose/propose";
import { distinctRows, type ResultRow } from "@climb/predictor/core/rows";
import { type Landscape, makeLandscape } from "@climb/predictor/core/testing/landscape";

/** How a search goes about it: CLIMB's way as published, RegMix's, random draws, or ours. */
export const STRATEGIES = ["climb", "paper", "regmix", "random"] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** Draws among which the published searches look for their answer. */
const PUBLISHED_CANDIDATES = 100_000;

export interface LandscapeSearch {
  strategy: Strategy;
  seed: number;
  domains: number;
  targets: number;
  /** Standard deviation of a run's results. */
  noise: number;
  /** Runs of each round; strategies of one round make them all at once. */
  rounds: readonly number[];
}

/** Objective of the mixture that a search ends with, minus the least there is. */
export function searchLandscape(search: LandscapeSearch): number {
  const { strategy, seed, noise } = search;
  const landscape = makeLandscape(search.domains, search.targets, seed);
  const random = seeded(seed).child("search");
  const tokens = Array.from({ length: search.domains }, () => Math.exp(1.2 * random.normal()));
  // Repetition is left out: what is compared is how well a strategy finds its way.
  const set = feasibleSet({
    domains: landscape.domains,
    tokens,
    targetTokens: 0,
    maxRepetition: 1e9,
    bounds: [],
    klStrength: 0,
  });
  const rows: ResultRow[] = [];
  const measured = seeded(seed).child("noise");
  const total = search.rounds.reduce((sum, count) => sum + count, 0);
  const rounds = strategy === "climb" || strategy === "paper" ? search.rounds : [total];
  rounds.forEach((count, round) => {
    const acquisition: Acquisition =
      strategy === "climb" ? (round === 0 ? "explore" : "climb") : round === 0 ? "paper-explore" : "paper";
    const predictor = round === 0 ? undefined : fit(landscape, rows, strategy, seed);
    for (const mixture of proposed(landscape, set, rows, acquisition, count, seed + 1000 * round, predictor)) {
      rows.push(landscape.run(`${round}/${rows.length}`, mixture, noise, measured));
    }
  });
  return landscape.objective(answer(landscape, set, rows, strategy, seed)) - leastObjective(landscape, set);
}

/** What each strategy would hand over. */
function answer(
  landscape: Landscape,
  set: Feasible,
  rows: readonly ResultRow[],
  strategy: Strategy,
  seed: number,
): ArrayLike<number> {
  if (strategy === "random") {
    const values = Float64Array.from(rows, ({ values: each }) =>
      Array.from(each).reduce((sum, value) => sum + value, 0),
    );
    return (rows[ascending(values)[0] as number] as ResultRow).mixture;
  }
  const predictor = fit(landscape, rows, strategy, seed);
  if (strategy === "climb") return proposed(landscape, set, [], "best", 1, seed, predictor)[0] as Float64Array;
  if (strategy === "paper") return bestOfDraws(set, predictor, seed, 1);
  return bestOfDraws(set, predictor, seed, 100);
}

/** The mean of the predicted best of the published candidates: of one as CLIMB does, of a hundred as RegMix does. */
function bestOfDraws(set: Feasible, predictor: Predictor, seed: number, best: number): Float64Array {
  const pool = paperCandidates(set, PUBLISHED_CANDIDATES, seeded(seed).child("answer")).map(({ mixture }) => mixture);
  const features = predictor.targets.map(() => noFeatures);
  const order = ascending(predictObjective(predictor, features, stack(pool, set.prior.length)));
  const mean = new Float64Array(set.prior.length);
  for (const i of order.slice(0, best)) {
    (pool[i] as Float64Array).forEach((w, j) => {
      mean[j] = (mean[j] as number) + w / best;
    });
  }
  return mean;
}

function proposed(
  landscape: Landscape,
  set: Feasible,
  rows: readonly ResultRow[],
  acquisition: Acquisition,
  count: number,
  seed: number,
  predictor?: Predictor,
): Float64Array[] {
  const candidates = propose({
    acquisition,
    count,
    set,
    known: rows.map(({ mixture }) => mixture),
    ...(predictor && { predictor }),
    features: landscape.targets.map(() => noFeatures),
    targetWeights: landscape.targets.map(() => 1),
    seed,
  });
  return candidates.map(({ mixture }) => mixture);
}

function fit(landscape: Landscape, rows: readonly ResultRow[], strategy: Strategy, seed: number): Predictor {
  const ours = strategy === "climb";
  return fitPredictor({
    domains: landscape.domains,
    targets: landscape.targets.map((name) => ({ name, weight: 1, features: noFeatures })),
    rows: distinctRows(rows, landscape.domains.length, landscape.targets.length),
    models: ours ? defaultModels : ["published-trees"],
    single: !ours,
    seed,
  });
}

/** The least objective, from many starts with finite differences: the landscape is smooth, and convex but for its roots. */
function leastObjective(landscape: Landscape, set: Feasible): number {
  const n = set.prior.length;
  const random = seeded("least");
  const starts = [set.prior, ...Array.from({ length: 12 }, () => random.dirichlet(new Float64Array(n).fill(0.5)))];
  const truth = {
    value: (w: Float64Array) => landscape.objective(w),
    gradient: (w: Float64Array) =>
      w.map((weight, j) => {
        const step = 1e-6 + 1e-4 * weight;
        const [up, down] = [w.slice(), w.slice()];
        up[j] = weight + step;
        down[j] = Math.max(0, weight - step);
        return (landscape.objective(up) - landscape.objective(down)) / (weight + step - (down[j] as number));
      }),
  };
  return constrainedOptimum(truth, set, starts, 400).value;
}
