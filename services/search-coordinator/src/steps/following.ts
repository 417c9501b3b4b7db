import type { GroupDro } from "@climb/proto/training/v1/training_service";
import { type Candidate, exploreSeed, type PlannedRun, rawBaselines, type SearchDomain } from "../core/index.js";
import { nearestFeasible } from "./baselines.js";
import type { StepContext } from "./context.js";

/** DoReMi's runs in their order: the reference on the token shares, then the proxy, which begins with even weights. */
export function doremiRound({ state }: StepContext, round: number): Omit<PlannedRun, "runId">[] {
  const { proportional, uniform } = rawBaselines(state.domains as SearchDomain[], state.minimumDomainTokens);
  const seed = exploreSeed(state.plan);
  if (round === 1) return [{ role: "baseline", origin: "proportional", mixture: proportional, seed }];
  return [{ role: "explore", origin: "DoReMi's proxy", mixture: uniform, seed }];
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

/** The mean of the proxy's weights, or the nearest mixture that obeys the constraints. */
export async function doremiOptimum(context: StepContext): Promise<Candidate[]> {
  const proxy = context.state.runs.find(({ role, outcome }) => role === "explore" && outcome?.state === "succeeded");
  if (!proxy?.outcome) return [];
  const { isMoved, mixture } = await nearestFeasible(context, proxy.outcome.groupWeights);
  return [{ origin: isMoved ? "DoReMi, within the constraints" : "DoReMi", mixture }];
}
