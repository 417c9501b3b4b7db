import { normalise, roundMixture } from "@climb/numeric";
import {
  type Baseline,
  baselines,
  isFeasible,
  rawBaselines,
  type SearchDomain,
  sameMixture,
  targetTokens,
} from "../core/index.js";
import { constraintsToProto, domainToProto } from "../rpc/convert-constraints.js";
import type { StepContext } from "./context.js";

/** The mixtures that the search is compared with; the predictor moves those that break a constraint. */
export async function baselinesOf(context: StepContext): Promise<Baseline[]> {
  const { plan, minimumDomainTokens } = context.state;
  const domains = context.state.domains as SearchDomain[];
  const raw = rawBaselines(plan, domains, minimumDomainTokens);
  const [proportional = [], uniform = []] = await feasible(context, [raw.proportional, raw.uniform]);
  return baselines(plan, domains, minimumDomainTokens, { proportional, uniform });
}

/** A mixture in millionths, or the nearest one that obeys the constraints. */
export async function nearestFeasible(
  context: StepContext,
  weights: readonly number[],
): Promise<{ mixture: number[]; isMoved: boolean }> {
  const given = Array.from(roundMixture(normalise(weights)));
  const [mixture = given] = await feasible(context, [given]);
  return { mixture, isMoved: !sameMixture(mixture, given) };
}

/** Each mixture as it is, or where it breaks a constraint the nearest that does not. */
async function feasible({ peers, state, making }: StepContext, mixtures: number[][]): Promise<number[][]> {
  const { plan, minimumDomainTokens } = state;
  const domains = state.domains as SearchDomain[];
  const obeys = mixtures.map((mixture) => isFeasible(mixture, plan, domains, minimumDomainTokens));
  if (obeys.every(Boolean)) return mixtures;
  const { mixtures: projected } = await peers.predictor.project(
    {
      domains: domains.map(domainToProto),
      constraints: constraintsToProto(plan, domains, minimumDomainTokens, targetTokens(plan, domains)),
      mixtures: mixtures.map((weights) => ({ weights })),
    },
    { signal: making.signal },
  );
  return mixtures.map((mixture, i) => (obeys[i] ? mixture : (projected[i]?.weights ?? mixture)));
}
