import type { MixtureConstraints } from "@climb/proto/common/v1/mixture";
import type { PredictorDomain } from "@climb/proto/predictor/v1/predictor_service";
import { type Plan, type SearchDomain, wholeDomains } from "../core/index.js";

/** The constraints as the predictor takes them, domains that are too small to train on shut out. */
export function constraintsToProto(
  plan: Plan,
  domains: Pick<SearchDomain, "id" | "tokens" | "decayOf">[],
  minimumDomainTokens: number,
  targetTokens: number,
): MixtureConstraints {
  const bounds = plan.bounds.filter(({ domainId }) => {
    const domain = domains.find(({ id }) => id === domainId);
    return domain !== undefined && domain.tokens >= minimumDomainTokens;
  });
  // Of a weight in the decay it is said once, with its domain.
  const tooSmall = wholeDomains(domains).filter(({ tokens }) => tokens < minimumDomainTokens);
  return {
    maxRepetition: plan.maxRepetition,
    targetTokens: BigInt(Math.round(targetTokens)),
    bounds: [...bounds, ...tooSmall.map(({ id }) => ({ domainId: id, lower: 0, upper: 0 }))],
    klStrength: plan.klStrength,
    fixedGroups: plan.fixedGroups,
    parts: plan.decayShare ? [1 - plan.decayShare, plan.decayShare] : [],
  };
}

/** A domain as the predictor takes it. */
export function domainToProto({ id, tokens, decayOf = "" }: SearchDomain): PredictorDomain {
  return { id, tokens: BigInt(tokens), countedAs: decayOf };
}
