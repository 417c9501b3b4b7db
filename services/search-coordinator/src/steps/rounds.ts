import { Acquisition } from "@climb/proto/predictor/v1/predictor_service";
import { exploreSeed, measuredNoise, type PlannedRun, replicateSeeds, type Strategy } from "../core/index.js";
import { plannedRunToProto } from "../rpc/convert.js";
import { baselinesOf } from "./baselines.js";
import type { EventBody, StepContext } from "./context.js";
import { fitted } from "./fit.js";
import { propose } from "./propose.js";
import { reusedMixtures } from "./reuse.js";
import { queueRuns } from "./runs.js";

/** How each strategy chooses: its first round, its later ones. */
const ACQUISITIONS: Record<Strategy, { first: Acquisition; later: Acquisition }> = {
  climb: { first: Acquisition.ACQUISITION_EXPLORE, later: Acquisition.ACQUISITION_CLIMB },
  "climb-paper": { first: Acquisition.ACQUISITION_PAPER_EXPLORE, later: Acquisition.ACQUISITION_PAPER },
  regmix: { first: Acquisition.ACQUISITION_PAPER_EXPLORE, later: Acquisition.ACQUISITION_PAPER },
  random: { first: Acquisition.ACQUISITION_PAPER_EXPLORE, later: Acquisition.ACQUISITION_PAPER_EXPLORE },
  proportional: { first: Acquisition.ACQUISITION_EXPLORE, later: Acquisition.ACQUISITION_EXPLORE },
  uniform: { first: Acquisition.ACQUISITION_EXPLORE, later: Acquisition.ACQUISITION_EXPLORE },
};

type Wanted = Omit<PlannedRun, "runId">;

/**
 * Chooses the mixtures of a round and queues their runs; the first round trains the baselines too, and some mixtures with
 * further seeds. Or finds that a further round is not worth its runs.
 */
export async function planRound(context: StepContext, round: number): Promise<EventBody> {
  const { plan } = context.state;
  const { mixtures, expectedImprovement } = await roundMixtures(context, round);
  if (round > 1 && plan.stopEarly && expectedImprovement !== undefined) {
    const noiseFloor = noiseFloorOf(context);
    if (expectedImprovement < noiseFloor)
      return { $case: "roundsEnded", value: { round: round - 1, expectedImprovement, noiseFloor } };
  }
  const explore = mixtures.map((wanted) => ({ role: "explore" as const, seed: exploreSeed(plan), ...wanted }));
  const wanted = round === 1 ? await firstRound(context, explore) : explore;
  const runs = await queueRuns(context, wanted);
  return { $case: "roundPlanned", value: { round, runs: runs.map(plannedRunToProto) } };
}

type Mixture = Pick<PlannedRun, "mixture" | "origin" | "predicted">;

async function roundMixtures(
  context: StepContext,
  round: number,
): Promise<{ mixtures: Mixture[]; expectedImprovement?: number | undefined }> {
  const { state, spec } = context;
  const { plan } = state;
  if (round === 1 && plan.reuseSearchId) return { mixtures: await reusedMixtures(context) };
  const { first, later } = ACQUISITIONS[plan.strategy];
  // With results known before, the first round is as good as a later one.
  const warm = round === 1 && spec.knownResults.length > 0 && later !== first;
  const predictorId = warm ? (await fitted(context)).id : (state.predictors.at(-1) ?? "");
  const acquisition = round === 1 && !warm ? first : later;
  const request = {
    predictorId: acquisition === later && later !== Acquisition.ACQUISITION_PAPER_EXPLORE ? predictorId : "",
    count: plan.rounds[round - 1] ?? 0,
    seed: plan.seed + 1000 * round,
  };
  // By the worst target, half of a round exploits it; the other half learns, as it does for the mean.
  const worstCase = plan.combination === "worst-case" && acquisition === Acquisition.ACQUISITION_CLIMB;
  const fair = worstCase
    ? await propose(context, {
        ...request,
        acquisition: Acquisition.ACQUISITION_WORST_CASE,
        count: Math.ceil(request.count / 2),
      })
    : undefined;
  const left = request.count - (fair?.proposals.length ?? 0);
  const known = [...state.runs, ...(fair?.proposals ?? [])].map(({ mixture }) => ({ weights: mixture }));
  const response = left > 0 ? await propose(context, { ...request, acquisition, count: left, known }) : undefined;
  const proposals = [...(fair?.proposals ?? []), ...(response?.proposals ?? [])];
  return {
    mixtures: proposals.map(({ mixture, origin, prediction }) => ({
      origin,
      mixture,
      predicted: prediction?.objective,
    })),
    // What the mean promises says nothing of the worst target.
    expectedImprovement: worstCase ? undefined : response?.expectedImprovement,
  };
}

/**
 * The baselines with the exploring seed, the explored mixtures, and the baselines and the first mixture with further
 * seeds: from here on the noise is known.
 */
async function firstRound(context: StepContext, explore: Wanted[]): Promise<Wanted[]> {
  const { plan } = context.state;
  const fixed = (await baselinesOf(context)).map(({ name, mixture }) => ({
    role: "baseline" as const,
    origin: name,
    mixture,
    seed: exploreSeed(plan),
  }));
  const again = plan.strategy === "climb" ? [...fixed, ...explore.slice(0, 1)] : fixed;
  const replicates = replicateSeeds(plan).flatMap((seed) =>
    again.map((wanted) => ({ ...wanted, role: "replicate" as const, seed })),
  );
  return [...fixed, ...explore, ...replicates];
}

/** The standard error with which the confirmation tells two mixtures apart, by the noise so far. */
function noiseFloorOf({ state: { plan, targets, runs } }: StepContext): number {
  const { standardDeviation } = measuredNoise(targets, runs).objective;
  return Number.isFinite(standardDeviation) ? standardDeviation * Math.sqrt(2 / plan.confirmationSeeds) : 0;
}
