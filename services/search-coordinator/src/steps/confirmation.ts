import { Acquisition } from "@climb/proto/predictor/v1/predictor_service";
import {
  brokenGuardrails,
  type Candidate,
  type Confirmed,
  confirmationCandidates,
  confirmationSeeds,
  exploreSeed,
  explores,
  follows,
  groupConfirmed,
  isFeasible,
  klPenalty,
  type PlannedRun,
  referenceBaseline,
  type ScoredRun,
  type SearchDomain,
  sameMixture,
  scoredRuns,
  worstChange,
} from "../core/index.js";
import { plannedRunToProto } from "../rpc/convert.js";
import { baselinesOf } from "./baselines.js";
import type { EventBody, StepContext } from "./context.js";
import { followingOptimum } from "./following.js";
import { queueRuns } from "./runs.js";
import { proposeByTier } from "./tiers.js";

/** Chooses the mixtures that get fresh seeds, and queues them and the baselines with the same seeds. */
export async function planConfirmation(context: StepContext): Promise<EventBody> {
  const { state } = context;
  const { plan } = state;
  const fixed = await baselinesOf(context);
  const candidates = await candidatesOf(context, referenceBaseline(fixed).name);
  const wanted = [
    ...candidates.map((candidate) => ({ role: "confirm" as const, predicted: undefined, ...candidate })),
    ...fixed.map(({ name, mixture }) => ({ role: "confirm" as const, origin: name, mixture, predicted: undefined })),
  ];
  // Seed by seed, so that the first fresh results compare all mixtures.
  const runs: Omit<PlannedRun, "runId">[] = confirmationSeeds(plan).flatMap((seed) =>
    wanted.filter(({ mixture }) => !isReplicated(context, mixture, seed)).map((run) => ({ ...run, seed })),
  );
  return { $case: "confirmationPlanned", value: { runs: (await queueRuns(context, runs)).map(plannedRunToProto) } };
}

/** The mixtures that may be the answer beside the baselines. */
async function candidatesOf(context: StepContext, reference: string): Promise<Candidate[]> {
  const { plan } = context.state;
  if (plan.strategy === "zero-run") return zeroRunOptimum(context);
  if (follows(plan)) return followingOptimum(context);
  if (!explores(plan)) return [];
  const predicted = plan.strategy === "random" ? [] : await predictedOptima(context);
  return bestMeasured(context, reference, predicted);
}

/** The optimum of the training-free features. */
async function zeroRunOptimum(context: StepContext): Promise<Candidate[]> {
  const { seed } = context.state.plan;
  const request = { acquisition: Acquisition.ACQUISITION_ZERO_RUN, predictorId: "", count: 1, seed, known: [] };
  const { proposals } = await proposeByTier(context, request);
  return proposals.map(({ mixture, origin }) => ({ origin, mixture }));
}

/** Whether the first round trained a mixture with a fresh seed already. */
function isReplicated({ state }: StepContext, mixture: number[], seed: number): boolean {
  return state.runs.some(
    (run) =>
      run.role === "replicate" &&
      run.seed === seed &&
      run.outcome?.state === "succeeded" &&
      sameMixture(run.mixture, mixture),
  );
}

/** The best of what was measured with the exploring seed and obeys everything, and what the predictor proposes. */
function bestMeasured({ state }: StepContext, reference: string, predicted: Candidate[]): Candidate[] {
  const { plan, targets } = state;
  const domains = state.domains as SearchDomain[];
  const shared = scoredRuns(
    targets,
    state.runs.filter(({ seed }) => seed === exploreSeed(plan)),
  );
  const asGroup = ({ run, ...scored }: ScoredRun) =>
    groupConfirmed(targets, [{ run: { ...run, role: "confirm" }, ...scored }])[0] as Confirmed;
  const against = shared.find(({ run }) => run.role === "baseline" && run.origin === reference);
  const feasible = shared.filter(
    (scored) =>
      scored.run.role === "explore" &&
      isFeasible(scored.run.mixture, plan, domains, state.minimumDomainTokens) &&
      (!against || brokenGuardrails(targets, asGroup(scored), asGroup(against)).length === 0),
  );
  const score = (scored: ScoredRun) =>
    klPenalty(scored.run.mixture, plan, domains) +
    (plan.combination === "worst-case" && against
      ? worstChange(targets, asGroup(scored), asGroup(against))
      : scored.objective);
  return confirmationCandidates(feasible, predicted, plan.confirmedMixtures, score);
}

async function predictedOptima(context: StepContext): Promise<Candidate[]> {
  const { plan, predictors } = context.state;
  const { proposals } = await proposeByTier(context, {
    acquisition: plan.combination === "worst-case" ? Acquisition.ACQUISITION_WORST_CASE : Acquisition.ACQUISITION_BEST,
    predictorId: predictors.at(-1) ?? "",
    count: plan.confirmedMixtures,
    seed: plan.seed,
    // A mixture that was measured once may still be the predicted optimum.
    known: [],
  });
  return proposals.map(({ mixture, origin, prediction }) => ({
    origin: `predicted (${origin})`,
    mixture,
    predicted: prediction?.objective,
  }));
}
