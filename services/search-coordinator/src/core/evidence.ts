import { normalise, roundMixture } from "@climb/numeric";
import { sameMixture } from "./confirm.js";
import type { SearchDomain, SearchTarget } from "./events.js";
import { type DomainOrigin, expressed, type SharedTokens } from "./expressed.js";
import { objective } from "./objective.js";
import { measuredNoise } from "./replicates.js";
import type { SearchState } from "./state.js";

/** A run of an earlier search, by mixtures of its own domains. */
export interface EarlierRun {
  runId: string;
  mixture: readonly number[];
  /** Bits per byte by target name, of targets that are the same here. */
  values: Record<string, number>;
}

/** A run of an earlier search that can count here. */
export interface EvidenceRow {
  runId: string;
  /** Weights in the order of this search's domains. */
  mixture: number[];
  values: Record<string, number>;
  /** See {@link expressed}. */
  distance: number;
}

/** What an earlier search left to this one. */
export interface Evidence {
  rows: EvidenceRow[];
  /** The row whose mixture is trained again in the first round. */
  trialRunId: string;
  keptRatios: { domainIds: string[]; ratios: number[] }[];
  keptAtZero: string[];
}

/**
 * Of a hundred tokens that a run was trained on, at most one may come from elsewhere: bits per byte fall by some tenths
 * between the ends of the simplex, so that much is worth some thousandths, the noise of a run.
 */
const MAX_DISTANCE = 0.01;

/** Which earlier runs can count, and why the others do not. */
export function countable(
  runs: readonly EarlierRun[],
  shared: SharedTokens,
  {
    targets,
    domains,
    minimumDomainTokens,
  }: Pick<SearchState, "targets" | "minimumDomainTokens"> & { domains: SearchDomain[] },
): { rows: EvidenceRow[]; leftOut: { reason: string; runs: number }[] } {
  const leftOut = new Map<string, number>();
  const rows = runs.flatMap((run) => {
    const { mixture: exact, distance } = expressed(run.mixture, shared);
    const mixture = Array.from(roundMixture(normalise(exact)));
    const reason = whyNot(run, mixture, distance);
    if (reason) leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
    return reason ? [] : [{ runId: run.runId, mixture, values: run.values, distance }];
  });
  return { rows, leftOut: [...leftOut].map(([reason, count]) => ({ reason, runs: count })) };

  function whyNot({ values }: EarlierRun, mixture: readonly number[], distance: number): string | undefined {
    const missing = targets.find(({ name }) => values[name] === undefined);
    if (missing) return `not measured on ${missing.name}`;
    if (distance > MAX_DISTANCE)
      return "trained on documents that are gone, or on a domain in other proportions than it has now";
    const small = domains.find(({ tokens }, j) => tokens < minimumDomainTokens && (mixture[j] as number) > 0);
    return small && `of ${small.id}, which is too small to train on here`;
  }
}

/** The row whose mixture is trained again: the best by this search's objective, one that obeys its constraints if any does. */
export function trialOf(
  rows: readonly EvidenceRow[],
  targets: SearchTarget[],
  isFeasible: (mixture: readonly number[]) => boolean,
): EvidenceRow | undefined {
  const feasible = rows.filter(({ mixture }) => isFeasible(mixture));
  const best = (some: readonly EvidenceRow[]) =>
    some.reduce<EvidenceRow | undefined>(
      (a, b) => (a && rowObjective(targets, a) <= rowObjective(targets, b) ? a : b),
      undefined,
    );
  return best(feasible) ?? best(rows);
}

/**
 * The ratios that the earlier answer has for domains that stayed. Nothing is kept where nothing else changed: then there
 * would be nothing to search; nor for domains that the user has said something about.
 * @param answer the earlier answer, by earlier domains
 * @param own ids of domains that have bounds or fixed ratios of the user's
 */
export function keptRatios(
  answer: readonly number[],
  origins: readonly DomainOrigin[],
  domains: readonly SearchDomain[],
  own: ReadonlySet<string>,
  minimumDomainTokens: number,
): Pick<Evidence, "keptRatios" | "keptAtZero"> {
  const stayed = origins.flatMap(({ change, parts: [part] }, j) =>
    change === "same" && part ? [{ domain: domains[j] as SearchDomain, weight: answer[part.earlier] as number }] : [],
  );
  const kept = stayed.filter(({ domain: { id, tokens } }) => !own.has(id) && tokens >= minimumDomainTokens);
  if (stayed.length === domains.length) return { keptRatios: [], keptAtZero: [] };
  const weighed = kept.filter(({ weight }) => weight > 0);
  // One domain has no ratio to another; without any there is nothing that the others could be in proportion to.
  const group = { domainIds: weighed.map(({ domain }) => domain.id), ratios: weighed.map(({ weight }) => weight) };
  const without = kept.filter(({ weight }) => !(weight > 0)).map(({ domain }) => domain.id);
  return { keptRatios: weighed.length > 1 ? [group] : [], keptAtZero: weighed.length > 0 ? without : [] };
}

/** How the trial of the earlier runs came out. */
export interface Trial {
  holds: boolean;
  /** Weighted mean bits per byte there and here; undefined while it was not trained. */
  before?: number;
  now?: number;
}

/** Standard errors of a difference of two runs beyond which earlier results are not this search's. */
const TOLERANCE = 3;

/**
 * Whether earlier runs count: the best of them, trained again here, must reach on every target what it had reached, to
 * within three standard errors of the difference of two runs. Without a trial, or before the noise is known, they do not.
 */
export function trialOfEvidence(state: SearchState): Trial {
  const { evidence, targets, runs } = state;
  const row = evidence?.rows.find(({ runId }) => runId === evidence.trialRunId);
  const again = row && runs.find(({ role, mixture }) => role === "explore" && sameMixture(mixture, row.mixture));
  if (!row || again?.outcome?.state !== "succeeded") return { holds: false };
  const { tasks } = again.outcome;
  const noise = measuredNoise(targets, runs).tasks;
  const holds = targets.every(({ name }, t) => {
    const now = tasks.find(({ target }) => target === name)?.bitsPerByte ?? Number.NaN;
    const apart = Math.abs(now - (row.values[name] ?? Number.NaN));
    return apart <= TOLERANCE * Math.SQRT2 * (noise[t]?.standardDeviation ?? Number.NaN);
  });
  return { holds, before: rowObjective(targets, row), now: objective(targets, tasks) };
}

/** The earlier runs that are fitted beside this search's own. */
export function standingRows(state: SearchState): readonly EvidenceRow[] {
  return state.evidence && trialOfEvidence(state).holds ? state.evidence.rows : [];
}

function rowObjective(targets: SearchTarget[], { values }: Pick<EvidenceRow, "values">): number {
  return objective(
    targets,
    targets.map(({ name }) => ({ target: name, bitsPerByte: values[name] ?? Number.NaN })),
  );
}
