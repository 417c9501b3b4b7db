import type { Random } from "@climb/numeric";
import { type Predictor, predictObjective } from "../ensemble.js";
import { ascending } from "./acquisition.js";
import { balancedCandidates, type Candidate, neighbours, priorCandidates } from "./candidates.js";
import { makeFeasible } from "./constraints.js";
import { centres } from "./first-round.js";
import { smoothPart, stack } from "./objectives.js";
import { constrainedOptimum } from "./optimum.js";
import { penalties } from "./penalty.js";
import type { ProposalRequest } from "./request.js";

/** Constrained optimum, neighbours of it and of the best measured, the prior at several strengths, balanced ones. */
export function candidatePool(request: ProposalRequest, predictor: Predictor, random: Random): Candidate[] {
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
  const smooth = smoothPart(predictor, request.features, request.guards);
  if (!smooth) return undefined;
  const { mixture } = constrainedOptimum(smooth, request.set, [...centres(request.set), ...measured.slice(0, 2)]);
  return { mixture, origin: "constrained optimum" };
}

/**
 * The three known mixtures of the lowest prediction, penalties included: the model smooths what a lucky seed would make
 * look best.
 */
function bestMeasured(request: ProposalRequest, predictor: Predictor): Float64Array[] {
  if (request.known.length === 0) return [];
  const known = request.known.map((mixture) => Float64Array.from(mixture));
  const penalty = penalties(known, request, predictor);
  const values = predictObjective(predictor, request.features, stack(known, request.set.prior.length)).map(
    (value, i) => value + (penalty[i] as number),
  );
  return ascending(values)
    .slice(0, 3)
    .map((i) => makeFeasible(known[i] as Float64Array, request.set));
}
