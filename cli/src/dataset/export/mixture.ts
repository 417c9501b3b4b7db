import type { Search } from "@climb/proto/search/v1/search_service";
import { CommandError } from "../../errors.js";

/** A domain of the mixture that is exported; it has weight. */
export interface ExportDomain {
  id: string;
  label: string;
  /** Share of the tokens that are trained on. */
  weight: number;
  tokens: number;
}

/** What is exported: the answer of a search. */
export interface ExportMixture {
  searchId: string;
  domainSetId: string;
  tokenSetId: string;
  seed: number;
  maxRepetition: number;
  domains: ExportDomain[];
}

/** What an export has written beside its files. */
export interface ExportPlan {
  /** What the loader draws by: tokens or whole documents. */
  unit: "tokens" | "documents";
  /** How often the loader draws from each domain, in its unit; sums to 1. */
  rates: Record<string, number>;
  files: string[];
  /** Sentences for people: what the loader must be told. */
  use: string[];
}

/** The answer of a finished search, without the domains that have no weight. @throws CommandError if it has none yet */
export function mixtureOf({ id, domainSetId, tokenSetId, spec, result }: Search): ExportMixture {
  if (!result) throw new CommandError(`search ${id} has no answer yet; expected one that is finished`);
  if (spec && spec.decayShare > 0) {
    const instead = "its data sets are written one for each, and its mixtures are in mixture.json";
    throw new CommandError(`search ${id} has a mixture of its own for the decay; expected one mixture: ${instead}`);
  }
  return {
    searchId: id,
    domainSetId,
    tokenSetId,
    seed: spec?.seed ?? 0,
    maxRepetition: spec?.constraints?.maxRepetition ?? 4,
    domains: result.domains
      .filter(({ weight }) => weight > 0)
      .map(({ id: domain, label, weight, tokens }) => ({ id: domain, label, weight, tokens: Number(tokens) })),
  };
}

/** The weights as shares of tokens, by domain id. */
export function tokenRates(domains: readonly ExportDomain[]): Record<string, number> {
  return Object.fromEntries(domains.map(({ id, weight }) => [id, weight]));
}

/**
 * The weights for a loader that draws whole documents: a domain of long documents is drawn less often for the same share
 * of tokens, w_j / m_j over its sum, with m_j the mean tokens of its documents.
 * @param documents in each domain, in order
 */
export function documentRates(domains: readonly ExportDomain[], documents: readonly number[]): Record<string, number> {
  const raw = domains.map(({ weight, tokens }, j) => (weight * (documents[j] ?? 0)) / tokens);
  const total = raw.reduce((sum, rate) => sum + rate, 0);
  return Object.fromEntries(domains.map(({ id }, j) => [id, (raw[j] as number) / total]));
}
