import { type Random, seeded } from "@climb/numeric";
import { type BatchPrediction, type Predictor, predictBatch, predictObjective } from "../ensemble.js";
import { ascending, bestHeldOut, expectedImprovement, optimisticBound, thompsonDraw } from "./acquisition.js";
import { type Batch, createBatch, fill } from "./batch.js";
import { type Candidate, paperCandidates } from "./candidates.js";
import { makeFeasible } from "./constraints.js";
import { explore, paperExplore, zeroRun } from "./first-round.js";
import { stack } from "./objectives.js";
import { penalties } from "./penalty.js";
import { candidatePool } from "./pool.js";
import type { ProposalRequest } from "./request.js";
import { pareto, worstCase } from "./several-targets.js";

export type { Acquisition, ProposalRequest } from "./request.js";

/**
 * Candidates scored by "paper": as published with the published predictor, fewer where features must be evaluated for
 * each.
 */
const paperPool = { published: 100_000, ensemble: 10_000 };

/**
 * Mixtures to train next, rounded to 1e-6, all feasible, distinct and unknown; fewer than asked for only if no more
 * were found.
 * The same request gives the same answer.
 */
export function propose(request: ProposalRequest): Candidate[] {
  const random = seeded(request.seed);
  if (request.acquisition === "climb") return proposeByClimb(request).candidates;
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
    case "pareto":
      return pareto(request, needPredictor(request), random);
    case "worst-case":
      return worstCase(request, needPredictor(request), random);
    case "expected-improvement":
    case "ucb":
    case "thompson":
      return byRule(request.acquisition, request, needPredictor(request), random);
  }
}

/**
 * {@link propose} by "climb", with the greatest expected improvement over the best known mixture among all candidates,
 * in units of the objective: what a further round promises.
 */
export function proposeByClimb(request: ProposalRequest): { candidates: Candidate[]; expectedImprovement: number } {
  const predictor = needPredictor(request);
  const random = seeded(request.seed);
  const scored = scorePool(request, predictor, random);
  const improvement = expectedImprovement(scored.values, scored.prediction, scored.incumbent);
  const candidates = climb(request.count, scored, random);
  return { candidates, expectedImprovement: improvement.reduce((most, value) => Math.max(most, value), 0) };
}

function needPredictor(request: ProposalRequest): Predictor {
  if (!request.predictor) throw new RangeError(`acquisition "${request.acquisition}" needs a predictor`);
  return request.predictor;
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

/**
 * The predicted best: constrained optimum, mean of the best 100 candidates (RegMix, arXiv 2407.01492), then the best
 * ones.
 */
function best(request: ProposalRequest, predictor: Predictor, random: Random): Candidate[] {
  const { set, count } = request;
  const pool = candidatePool(request, predictor, random);
  const values = predictObjective(predictor, request.features, stack(mixturesOf(pool), set.prior.length));
  const order = ascending(penalised(values, pool, request, predictor));
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

/**
 * A third exploits (constrained optimum, then predicted best), a third improves expectedly, a third are Thompson draws.
 */
function climb(count: number, scored: ScoredPool, random: Random): Candidate[] {
  const { pool, batch } = scored;
  fill(
    batch,
    pool.filter((candidate) => candidate.origin === "constrained optimum"),
    1,
  );
  fill(batch, renamed(pool, ascending(scored.values), "predicted best"), Math.ceil(count / 3));
  fillBy("expected-improvement", scored, Math.ceil((2 * count) / 3), random);
  fillBy("thompson", scored, count, random);
  return batch.chosen;
}

type Rule = "expected-improvement" | "ucb" | "thompson";

/** One rule for all proposals. */
function byRule(rule: Rule, request: ProposalRequest, predictor: Predictor, random: Random): Candidate[] {
  const scored = scorePool(request, predictor, random);
  fillBy(rule, scored, request.count, random);
  return scored.batch.chosen;
}

interface ScoredPool {
  pool: Candidate[];
  prediction: BatchPrediction;
  /** Predicted objective with its penalties. */
  values: Float64Array;
  /** The least of such values among the known mixtures. */
  incumbent: number;
  batch: Batch;
}

function scorePool(request: ProposalRequest, predictor: Predictor, random: Random): ScoredPool {
  const { set, count, known, features } = request;
  const pool = candidatePool(request, predictor, random);
  const prediction = predictBatch(predictor, features, stack(mixturesOf(pool), set.prior.length));
  const predicted = Float64Array.from(prediction.objective, ({ value }) => value);
  const values = penalised(predicted, pool, request, predictor);
  return { pool, prediction, values, incumbent: incumbentOf(request, predictor), batch: createBatch(count, known) };
}

/** Without penalties the held-out predictions tell best; those of penalised mixtures must be made anew. */
function incumbentOf(request: ProposalRequest, predictor: Predictor): number {
  const { known, features, set, guards = [] } = request;
  if (set.klStrength === 0 && guards.length === 0) return bestHeldOut(predictor);
  const mixtures = known.map((mixture) => Float64Array.from(mixture));
  if (mixtures.length === 0) return Number.POSITIVE_INFINITY;
  const penalty = penalties(mixtures, request, predictor);
  const values = predictObjective(predictor, features, stack(mixtures, set.prior.length));
  return values.reduce((least, value, i) => Math.min(least, value + (penalty[i] as number)), Number.POSITIVE_INFINITY);
}

function fillBy(rule: Rule, scored: ScoredPool, upTo: number, random: Random): void {
  const { pool, prediction, values, incumbent, batch } = scored;
  if (rule === "expected-improvement") {
    const order = ascending(expectedImprovement(values, prediction, incumbent).map((value) => -value));
    fill(batch, renamed(pool, order, "expected improvement"), upTo);
  } else if (rule === "ucb") {
    fill(batch, renamed(pool, ascending(optimisticBound(values, prediction)), "upper confidence bound"), upTo);
  } else {
    const draws = random.child("thompson");
    while (!batch.full && batch.chosen.length < upTo) {
      const before = batch.chosen.length;
      fill(batch, renamed(pool, ascending(thompsonDraw(values, prediction, draws)), "Thompson draw"), before + 1);
      if (batch.chosen.length === before) break;
    }
  }
}

/** Candidates in an order, named by why they were chosen; the optimum keeps its name. */
function renamed(pool: readonly Candidate[], order: readonly number[], origin: string): Candidate[] {
  return order.map((i) => {
    const candidate = pool[i] as Candidate;
    return candidate.origin === "constrained optimum" ? candidate : { ...candidate, origin };
  });
}

function byPrediction(candidates: readonly Candidate[], predictor: Predictor, request: ProposalRequest): Candidate[] {
  const values = predictObjective(predictor, request.features, stack(mixturesOf(candidates), request.set.prior.length));
  return ascending(values).map((i) => candidates[i] as Candidate);
}

function mixturesOf(candidates: readonly Candidate[]): Float64Array[] {
  return candidates.map((candidate) => candidate.mixture);
}

function penalised(
  values: Float64Array,
  pool: readonly Candidate[],
  request: ProposalRequest,
  predictor: Predictor,
): Float64Array {
  const penalty = penalties(mixturesOf(pool), request, predictor);
  return values.map((value, i) => value + (penalty[i] as number));
}
