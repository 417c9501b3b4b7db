import type { GroupDro, TargetAlignment } from "@climb/proto/training/v1/training_service";
import {
  type Candidate,
  exploreSeed,
  follows,
  type PlannedRun,
  rawBaselines,
  type SearchDomain,
} from "../core/index.js";
import { nearestFeasible } from "./baselines.js";
import { lastEvent, type StepContext } from "./context.js";

/** What answers of strategies whose mixture follows something are called, and the runs that they come from. */
const ORIGINS = {
  doremi: { answer: "DoReMi", run: "DoReMi's proxy" },
  gradient: { answer: "gradient alignment", run: "following the targets' gradients" },
} as const;

/**
 * The runs of such a strategy in their order. DoReMi's: the reference on the token shares, then the proxy. By gradients: one run.
 * What follows begins with even weights.
 */
export function followingRound({ state }: StepContext, round: number): Omit<PlannedRun, "runId">[] {
  const { plan } = state;
  if (!follows(plan)) throw new Error(`strategy ${plan.strategy} follows nothing`);
  const { proportional, uniform } = rawBaselines(plan, state.domains as SearchDomain[], state.minimumDomainTokens);
  const seed = exploreSeed(plan);
  if (plan.strategy === "doremi" && round === 1)
    return [{ role: "baseline", origin: "proportional", mixture: proportional, seed }];
  return [{ role: "explore", origin: ORIGINS[plan.strategy].run, mixture: uniform, seed }];
}

/**
 * What makes a planned run DoReMi's proxy; undefined for every other run.
 * @throws Error if its reference has not been trained
 */
export async function groupDroOf(
  { peers, state, making }: StepContext,
  { role }: Pick<PlannedRun, "role">,
): Promise<GroupDro | undefined> {
  if (state.plan.strategy !== "doremi" || role !== "explore") return undefined;
  const reference = state.runs.find((run) => run.role === "baseline" && run.outcome?.state === "succeeded");
  if (!reference) throw new Error("DoReMi's proxy was planned before its reference was trained");
  const { run } = await peers.training.getRun({ id: reference.runId }, { signal: making.signal });
  return { reference: run?.weights, stepSize: 0, smoothing: 0 };
}

/** What makes a planned run follow the targets' gradients; undefined for every other run. */
export function targetAlignmentOf(
  { state, history }: StepContext,
  { role }: Pick<PlannedRun, "role">,
): TargetAlignment | undefined {
  if (state.plan.strategy !== "gradient" || role !== "explore") return undefined;
  return { targets: lastEvent(history, "created").targets, stepSize: 0, smoothing: 0 };
}

/** The mean of the weights of the run that followed something, or the nearest mixture that obeys the constraints. */
export async function followingOptimum(context: StepContext): Promise<Candidate[]> {
  const { plan, runs } = context.state;
  const followed = runs.find(({ role, outcome }) => role === "explore" && outcome?.state === "succeeded");
  if (!followed?.outcome || !follows(plan)) return [];
  const { isMoved, mixture } = await nearestFeasible(context, followed.outcome.groupWeights);
  const { answer } = ORIGINS[plan.strategy];
  return [{ origin: isMoved ? `${answer}, within the constraints` : answer, mixture }];
}
