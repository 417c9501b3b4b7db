import type { Random } from "@climb/numeric";
import { createBatch, fill } from "./batch.js";
import {
  balancedCandidates,
  type Candidate,
  neighbours,
  paperCandidates,
  priorCandidates,
  temper,
} from "./candidates.js";
import type { Feasible } from "./constraints.js";
import { zeroRunObjective } from "./objectives.js";
import { constrainedOptimum } from "./optimum.js";
import type { ProposalRequest } from "./request.js";

/** First round: the zero-run optimum and mixtures near it, and around the prior and uniform weights what they leave. */
export function explore(request: ProposalRequest, random: Random): Candidate[] {
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
export function paperExplore(request: ProposalRequest, random: Random): Candidate[] {
  const batch = createBatch(request.count, request.known);
  const pool = paperCandidates(request.set, 100 * request.count, random.child("paper"));
  fill(batch, random.child("pick").shuffle(pool), request.count, 1e-5);
  return batch.chosen;
}

/** The optimum of the training-free features and mixtures around it. @throws RangeError if no target has statistics */
export function zeroRun(request: ProposalRequest, random: Random): Candidate[] {
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

/** Where searches start: the prior and uniform weights. */
export function centres(set: Feasible): Float64Array[] {
  return [set.prior, temper(set.prior, 0)];
}
