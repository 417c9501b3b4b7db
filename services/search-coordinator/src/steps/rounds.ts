import { Acquisition } from "@climb/proto/predictor/v1/predictor_service";
import { ServiceError } from "@climb/runtime";
import {
  type Baseline,
  componentRounds,
  enoughMixtures,
  exploreSeed,
  FEWEST_MIXTURES,
  follows,
  isLearnt,
  measuredNoise,
  type Plan,
  type PlannedRun,
  type RoundsEndReason,
  replicateSeeds,
  roomForRound,
  roundSize,
  runCost,
  type Strategy,
  searchedDomains,
  standingRows,
  trainedRuns,
} from "../core/index.js";
import { plannedRunToProto, roundsEndReasonToProto } from "../rpc/convert.js";
import { baselinesOf } from "./baselines.js";
import { type EventBody, lastEvent, type StepContext } from "./context.js";
import { fitted } from "./fit.js";
import { followingRound } from "./following.js";
import { componentRound } from "./merge.js";
import { runRate } from "./rates.js";
import { reusedMixtures } from "./reuse.js";
import { queueRuns } from "./runs.js";
import { dividedRuns, divisionOf, mixturesOf } from "./sizes.js";
import { proposeByTier } from "./tiers.js";

/** How each strategy that explores chooses: its first round, its later ones. */
const ACQUISITIONS: Partial<Record<Strategy, { first: Acquisition; later: Acquisition }>> = {
  climb: { first: Acquisition.ACQUISITION_EXPLORE, later: Acquisition.ACQUISITION_CLIMB },
  "climb-paper": { first: Acquisition.ACQUISITION_PAPER_EXPLORE, later: Acquisition.ACQUISITION_PAPER },
  regmix: { first: Acquisition.ACQUISITION_PAPER_EXPLORE, later: Acquisition.ACQUISITION_PAPER },
  random: { first: Acquisition.ACQUISITION_PAPER_EXPLORE, later: Acquisition.ACQUISITION_PAPER_EXPLORE },
  merge: { first: Acquisition.ACQUISITION_EXPLORE, later: Acquisition.ACQUISITION_CLIMB },
};

type Wanted = Omit<PlannedRun, "runId">;

/**
 * Chooses the mixtures of a round and queues their runs; the first round trains the baselines too, and some mixtures with
 * further seeds. Or finds that no further round is to be made.
 * @throws ServiceError invalid BUDGET_TOO_SMALL if the budget does not pay for a first round
 */
export async function planRound(context: StepContext, round: number): Promise<EventBody> {
  const { plan } = context.state;
  if (follows(plan)) return plannedRound(context, round, followingRound(context, round));
  const exploring = round - componentRounds(plan);
  if (exploring < 1) return plannedRound(context, round, componentRound(context));
  const fixed = await baselinesOf(context);
  const count = await countFor(context, exploring, fixed.length);
  const end = exploring > 1 ? endBefore(context, count) : undefined;
  if (end) return roundsEnded(context, round, end, Number.NaN);
  const division = divisionOf(context.state, exploring, count, fixed.length);
  const { mixtures, expectedImprovement } = await roundMixtures(context, exploring, mixturesOf(division));
  const promised = expectedImprovement ?? Number.POSITIVE_INFINITY;
  if (exploring > 1 && (plan.stopEarly || plan.autoRounds) && promised < noiseFloorOf(context))
    return roundsEnded(context, round, "noise", promised);
  const proposals = mixtures.map((wanted) => ({ role: "explore" as const, seed: exploreSeed(plan), ...wanted }));
  const started = exploring === 1 ? baselineRuns(plan, fixed) : [];
  const { own, smaller } = dividedRuns(context.state, exploring, division, proposals, started);
  const replicates = exploring === 1 ? replicatesOf(plan, started, own) : [];
  return plannedRound(context, round, [...started, ...own, ...replicates, ...smaller]);
}

async function plannedRound(context: StepContext, round: number, wanted: Wanted[]): Promise<EventBody> {
  const runs = await queueRuns(context, wanted);
  return { $case: "roundPlanned", value: { round, runs: runs.map(plannedRunToProto) } };
}

function roundsEnded(
  context: StepContext,
  round: number,
  reason: RoundsEndReason,
  expectedImprovement: number,
): EventBody {
  const value = {
    round: round - 1,
    reason: roundsEndReasonToProto(reason),
    expectedImprovement,
    noiseFloor: noiseFloorOf(context),
  };
  return { $case: "roundsEnded", value };
}

/** Mixtures that a round may have; below 1 where the budget pays for none. */
async function countFor({ peers, spec, state, making }: StepContext, round: number, baselines: number) {
  const { plan } = state;
  // Averages cost no training, so no budget of training limits them.
  if (plan.strategy === "merge") return plan.rounds[round - 1] ?? 0;
  const domains = searchedDomains(state);
  const isNew = round === 1 && (plan.maxSeconds > 0 || plan.maxBytes > 0);
  const known = isNew ? runCost(plan, await runRate(peers, spec, making.signal)) : {};
  const room = roomForRound(plan, round, baselines, state.runs, known);
  const left = plan.autoRounds && round > 1 ? enoughMixtures(domains) - exploredCount(state) : Number.POSITIVE_INFINITY;
  const count = Math.min(roundSize(plan, round, domains, room), room, Math.max(1, left));
  if (round > 1 || count >= FEWEST_MIXTURES || plan.reuseSearchId) return count;
  const message = `the budget pays for ${Math.max(0, count)} mixtures in the first round beside ${baselines} baselines and the confirmation; expected at least ${FEWEST_MIXTURES}`;
  throw new ServiceError("invalid", "BUDGET_TOO_SMALL", message, {
    found: String(count),
    expected: String(FEWEST_MIXTURES),
  });
}

/** Why a further round is not even proposed, if so. */
function endBefore({ state, history }: StepContext, count: number): RoundsEndReason | undefined {
  const { plan, targets } = state;
  if (count < 1) return "budget";
  if (!plan.autoRounds) return undefined;
  const domains = searchedDomains(state);
  if (exploredCount(state) >= enoughMixtures(domains)) return "enough-runs";
  // What the first fit proposes is always tried.
  if (state.rounds < 2) return undefined;
  const curves = lastEvent(history, "predictorFitted").fits.map(({ task, learningCurve: points }) => ({
    task,
    points,
  }));
  return isLearnt(targets, curves) ? "learnt" : undefined;
}

function exploredCount({ runs }: StepContext["state"]): number {
  return runs.filter(({ role }) => role === "explore").length;
}

type Mixture = Pick<PlannedRun, "mixture" | "origin" | "predicted">;

async function roundMixtures(
  context: StepContext,
  round: number,
  count: number,
): Promise<{ mixtures: Mixture[]; expectedImprovement?: number | undefined }> {
  const { state, spec } = context;
  const { plan } = state;
  if (round === 1 && plan.reuseSearchId) return { mixtures: await reusedMixtures(context) };
  const acquisitions = ACQUISITIONS[plan.strategy];
  if (!acquisitions) throw new Error(`strategy ${plan.strategy} has no rounds`);
  const { first, later } = acquisitions;
  // With results known before, the first round is as good as a later one.
  const warm = round === 1 && spec.knownResults.length > 0 && later !== first;
  const predictorId = warm ? (await fitted(context)).id : (state.predictors.at(-1) ?? "");
  const acquisition = round === 1 && !warm ? first : later;
  const trial = round === 1 ? trialMixture(context) : [];
  const request = {
    predictorId: acquisition === later && later !== Acquisition.ACQUISITION_PAPER_EXPLORE ? predictorId : "",
    count: count - trial.length,
    seed: plan.seed + 1000 * round,
  };
  // By the worst target, half of a round exploits it; the other half learns, as it does for the mean.
  const worstCase = plan.combination === "worst-case" && acquisition === Acquisition.ACQUISITION_CLIMB;
  const fair = worstCase
    ? await proposeByTier(context, {
        ...request,
        acquisition: Acquisition.ACQUISITION_WORST_CASE,
        count: Math.ceil(request.count / 2),
      })
    : undefined;
  const left = request.count - (fair?.proposals.length ?? 0);
  const measured = [...state.runs, ...standingRows(state), ...trial];
  const known = [...measured, ...(fair?.proposals ?? [])].map(({ mixture }) => ({ weights: mixture }));
  const response = left > 0 ? await proposeByTier(context, { ...request, acquisition, count: left, known }) : undefined;
  const proposals = [...(fair?.proposals ?? []), ...(response?.proposals ?? [])];
  return {
    mixtures: [
      ...trial,
      ...proposals.map(({ mixture, origin, prediction }) => ({ origin, mixture, predicted: prediction?.objective })),
    ],
    // What the mean promises says nothing of the worst target.
    expectedImprovement: worstCase ? undefined : response?.expectedImprovement,
  };
}

/** The best mixture of an earlier search over other domains: whether it reaches here what it reached there tells what its runs are worth. */
function trialMixture({ state: { evidence } }: StepContext): Mixture[] {
  const row = evidence?.rows.find(({ runId }) => runId === evidence.trialRunId);
  return row ? [{ mixture: row.mixture, origin: "best of an earlier search" }] : [];
}

/** The baselines with the exploring seed. */
function baselineRuns(plan: Plan, baselines: readonly Baseline[]): Wanted[] {
  const seed = exploreSeed(plan);
  return baselines.map(({ name, mixture }) => ({ role: "baseline", origin: name, mixture, seed }));
}

/** The baselines and the first explored mixture with further seeds: from the first round on the noise is known. */
function replicatesOf(plan: Plan, baselines: readonly Wanted[], explore: readonly Wanted[]): Wanted[] {
  const again = plan.strategy === "climb" ? [...baselines, ...explore.slice(0, 1)] : baselines;
  return replicateSeeds(plan).flatMap((seed) => again.map((wanted) => ({ ...wanted, role: "replicate", seed })));
}

/** The standard error with which the confirmation tells two mixtures apart, by the noise so far. */
function noiseFloorOf({ state: { plan, targets, runs } }: StepContext): number {
  const { standardDeviation } = measuredNoise(targets, trainedRuns(plan, runs)).objective;
  return Number.isFinite(standardDeviation) ? standardDeviation * Math.sqrt(2 / plan.confirmationSeeds) : 0;
}
