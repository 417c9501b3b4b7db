import { type Baseline, baselines, isFeasible, rawBaselines, type SearchDomain, targetTokens } from "../core/index.js";
import { constraintsToProto } from "../rpc/convert.js";
import type { StepContext } from "./context.js";

/** The mixtures that the search is compared with; the predictor moves those that break a constraint. */
export async function baselinesOf({ peers, state, making }: StepContext): Promise<Baseline[]> {
  const { plan, minimumDomainTokens } = state;
  const domains = state.domains as SearchDomain[];
  const raw = rawBaselines(domains, minimumDomainTokens);
  const mixtures = [raw.proportional, raw.uniform];
  if (mixtures.every((mixture) => isFeasible(mixture, plan, domains, minimumDomainTokens)))
    return baselines(plan, domains, minimumDomainTokens, raw);
  const { mixtures: projected } = await peers.predictor.project(
    {
      domains: domains.map(({ id, tokens }) => ({ id, tokens: BigInt(tokens) })),
      constraints: constraintsToProto(plan, domains, minimumDomainTokens, targetTokens(plan, domains)),
      mixtures: mixtures.map((weights) => ({ weights })),
    },
    { signal: making.signal },
  );
  const [proportional, uniform] = mixtures.map((mixture, i) =>
    isFeasible(mixture, plan, domains, minimumDomainTokens) ? mixture : (projected[i]?.weights ?? mixture),
  );
  return baselines(plan, domains, minimumDomainTokens, {
    proportional: proportional as number[],
    uniform: uniform as number[],
  });
}
