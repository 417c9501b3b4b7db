import type { DomainManifest, DomainSet } from "@climb/proto/clustering/v1/clustering_service";
import type { Search, SearchRun } from "@climb/proto/search/v1/search_service";
import type { TokenSet } from "@climb/proto/training/v1/training_service";
import { type Interval, isNumber } from "../format.js";
import type { Wire } from "../wire.js";

/** A domain as the views of a search need it. */
export interface DomainInfo {
  id: string;
  label: string;
  /** 0 before they are counted. */
  tokens: number;
  /** Share of all tokens: the weight that it has in the proportional mixture. */
  share: number;
}

/** Everything that the views of one search show; what is not known yet is empty. */
export interface SearchData {
  search: Wire<Search>;
  /** In the order they were planned. */
  runs: readonly Wire<SearchRun>[];
  /** In the order of every mixture. */
  domains: readonly DomainInfo[];
}

/** The domains of a search: with the answer's tokens, or with what was counted so far. */
export function domainsOf(
  search: Wire<Search>,
  set: Pick<Wire<DomainSet | DomainManifest>, "domains"> | undefined,
  tokens: Wire<TokenSet> | undefined,
): DomainInfo[] {
  const { result, spec } = search;
  const answered = result?.domains ?? [];
  const counted = new Map((tokens?.domains ?? []).map((domain) => [domain.domainId, domain.tokens]));
  const found = (set?.domains ?? []).map(({ id, label }) => ({ id, label, tokens: counted.get(id) ?? 0, decayOf: "" }));
  // Where the decay has a mixture of its own, every mixture has its weights after all others.
  const decayShare = spec?.decayShare ?? 0;
  const inDecay = found.map((domain) => ({
    ...domain,
    id: `decay/${domain.id}`,
    label: `${domain.label}, in the decay`,
    decayOf: domain.id,
  }));
  const known = answered.length > 0 ? answered : decayShare > 0 ? [...found, ...inDecay] : found;
  const total = known.reduce((sum, domain) => sum + (domain.decayOf ? 0 : domain.tokens), 0);
  // A domain may have been renamed since the answer was written.
  const labels = new Map((set?.domains ?? []).map(({ id, label }) => [id, label]));
  return known.map(({ id, label, tokens, decayOf }) => ({
    id,
    label: labels.get(id) ?? label,
    tokens,
    share: total > 0 ? ((decayOf ? decayShare : 1 - decayShare) * tokens) / total : 0,
  }));
}

/** What people call a search. */
export function nameOf({ id, spec, metadata }: Wire<Pick<Search, "id" | "spec" | "metadata">>): string {
  return metadata?.displayName || spec?.name || id.slice(0, 12);
}

/** Runs of the exploring seed that succeeded, baselines included: they can be compared with each other. */
export function comparable({ runs }: Pick<SearchData, "runs">): readonly Wire<SearchRun>[] {
  return runs.filter(({ role, state }) => state === 3 && (role === 1 || role === 2));
}

/**
 * By how much the best mixture is below the proportional one, in bits per byte. With an interval once two seeds tell how far
 * runs differ by themselves; before that as single runs have it.
 */
export function gainOf({ search, runs }: Pick<SearchData, "search" | "runs">): Interval | number | undefined {
  const confirmed = search.result?.baselines.find(({ name }) => name === "proportional")?.difference;
  if (confirmed) return { mean: -confirmed.mean, lower: -confirmed.upper, upper: -confirmed.lower };
  const soFar = search.gain;
  if (soFar && isNumber(soFar.lower)) return soFar;
  if (soFar) return soFar.mean;
  const known = comparable({ runs });
  const proportional = known.find(({ role, origin }) => role === 2 && origin === "proportional");
  if (!proportional) return undefined;
  return proportional.objective - Math.min(...known.map(({ objective }) => objective));
}
