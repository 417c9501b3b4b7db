import {
  Acquisition,
  type BindingConstraint,
  type DomainEffect,
  type Proposal,
  type TaskFit,
  type WeightRange,
} from "@climb/proto/predictor/v1/predictor_service";
import { type Decision, standardErrorOfDifference } from "../core/index.js";
import type { StepContext } from "./context.js";
import { obeyed, propose } from "./propose.js";

/** Points of the Pareto front that are kept. */
const FRONT_POINTS = 12;
const TIMEOUT_MS = 300_000;

/** What the last predictor says of the answer. */
export interface Insight {
  effects: DomainEffect[];
  fits: TaskFit[];
  binding: BindingConstraint[];
  unconstrained: Proposal | undefined;
  ranges: WeightRange[];
  front: Proposal[];
}

/** Asks the last predictor about the answer; a search without one gets nothing. */
export async function insightInto(context: StepContext, { mixture, noise }: Decision): Promise<Insight> {
  const { peers, state, making } = context;
  const predictorId = state.predictors.at(-1);
  if (!predictorId) {
    return { effects: [], fits: [], binding: [], unconstrained: undefined, ranges: [], front: [] };
  }
  const options = { signal: making.signal, timeoutMs: TIMEOUT_MS };
  const at = { predictorId, mixture: { weights: mixture } };
  const seeds = state.plan.confirmationSeeds;
  const error = standardErrorOfDifference(seeds, seeds, noise);
  const { effects, fits } = await peers.predictor.explain(at, options);
  const { binding, unconstrained, ranges } = await peers.predictor.examine(
    { ...at, ...(await obeyed(context)), tolerance: error > 0 ? error : 0, seed: state.plan.seed },
    options,
  );
  const earning = state.targets.filter(({ role }) => role === "objective");
  const front =
    earning.length > 1 && state.plan.strategy !== "climb-paper"
      ? await propose(context, {
          acquisition: Acquisition.ACQUISITION_PARETO,
          predictorId,
          count: FRONT_POINTS,
          seed: state.plan.seed,
          known: [],
        })
      : undefined;
  return { effects, fits, binding, unconstrained, ranges, front: front?.proposals ?? [] };
}
