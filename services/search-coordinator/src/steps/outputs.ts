import type { CorpusMap, DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import { JobState } from "@climb/proto/common/v1/job";
import type { Comparison, Estimate, Search, SearchResult, SearchRun } from "@climb/proto/search/v1/search_service";
import { roleFromProto, strategyFromProto } from "../rpc/convert.js";
import type { Interval, ReportData } from "../tasks/report/types.js";

/** mixture.json: the answer. Holds nothing that depends on when or where the search ran, so equal searches give equal bytes. */
export function mixtureJson(search: Search): string {
  const result = search.result as SearchResult;
  const objective = result.objective as Estimate;
  const json = {
    domains: result.domains.map(({ id, label, tokens, weight, repetition }) => ({
      id,
      label,
      tokens: Number(tokens),
      weight,
      repetition,
    })),
    objective: objective.mean,
    interval: { lower: objective.lower, upper: objective.upper, level: 0.9, seeds: objective.runs },
    tasks: search.targets.map(({ name, weight }, i) => ({ name, weight, ...interval(result.tasks[i]) })),
    baselines: result.baselines.map(comparison),
    runnersUp: result.runnersUp.map(comparison),
    origin: result.origin,
    noise: result.noise,
    warnings: result.warnings,
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

function comparison(other: Comparison) {
  return {
    name: other.name,
    mixture: other.mixture,
    objective: other.objective?.mean,
    interval: { lower: other.objective?.lower, upper: other.objective?.upper },
    difference: interval(other.difference),
    probabilityAnswerIsBetter: other.probabilityAnswerIsBetter,
  };
}

function interval(estimate: Estimate | undefined): Interval {
  return {
    mean: estimate?.mean ?? Number.NaN,
    lower: estimate?.lower ?? Number.NaN,
    upper: estimate?.upper ?? Number.NaN,
  };
}

/** runs.jsonl: one line for each proxy run, in the order they were planned. */
export function runsJsonl(search: Search, runs: SearchRun[]): string {
  return runs
    .map((run) =>
      JSON.stringify({
        id: run.runId,
        round: run.round,
        role: roleFromProto(run.role),
        origin: run.origin,
        mixture: run.mixture,
        proxy: search.spec?.proxy?.preset,
        tokens: Number(run.tokens),
        seed: run.seed,
        state: run.state === JobState.JOB_STATE_SUCCEEDED ? "succeeded" : "failed",
        objective: run.state === JobState.JOB_STATE_SUCCEEDED ? run.objective : null,
        tasks: run.tasks.map((task) => ({
          name: task.target,
          bitsPerByte: task.bitsPerByte,
          standardError: task.standardError,
          items: task.items,
          accuracy: task.accuracy,
          accuracyByByte: task.accuracyByByte,
          choiceProbability: task.choiceProbability,
        })),
        seconds: run.seconds,
        failure: run.failure || undefined,
      }),
    )
    .map((line) => `${line}\n`)
    .join("");
}

/** What the report shows of a decided search. */
export function reportData(search: Search, runs: SearchRun[], manifest: DomainManifest, map: CorpusMap): ReportData {
  const result = search.result as SearchResult;
  const total = result.domains.reduce((sum, { tokens }) => sum + Number(tokens), 0);
  const known = new Map(manifest.domains.map((domain) => [domain.id, domain]));
  const succeeded = runs.filter(({ state }) => state === JobState.JOB_STATE_SUCCEEDED);
  const comparisons = (list: Comparison[], kind: "baseline" | "runner-up") =>
    list.map((other) => ({
      name: other.name,
      kind,
      objective: interval(other.objective),
      tasks: other.tasks.map(interval),
      difference: interval(other.difference),
      probabilityAnswerIsBetter: other.probabilityAnswerIsBetter,
    }));
  return {
    title: search.spec?.name ? `Climb: ${search.spec.name}` : "Climb: a data mixture",
    targets: search.targets.map(({ name, weight }) => ({ name, weight })),
    domains: result.domains.map((domain) => {
      const { terms, examples, documents, quality } = known.get(domain.id) ?? {};
      return {
        id: domain.id,
        label: domain.label,
        terms: terms ?? [],
        examples: (examples ?? []).map(({ snippet }) => snippet),
        documents: Number(documents ?? 0n),
        tokens: Number(domain.tokens),
        quality: quality ?? Number.NaN,
        weight: domain.weight,
        proportional: Number(domain.tokens) / total,
        repetition: domain.repetition,
      };
    }),
    runs: succeeded.map((run) => ({
      round: run.round,
      role: roleFromProto(run.role),
      origin: run.origin,
      mixture: run.mixture,
      objective: run.objective,
      predicted: run.predicted,
      tasks: run.tasks,
      seconds: run.seconds,
      tokens: Number(run.tokens),
    })),
    failedRuns: search.runsFailed,
    answer: { origin: result.origin, objective: interval(result.objective), tasks: result.tasks.map(interval) },
    comparisons: [...comparisons(result.baselines, "baseline"), ...comparisons(result.runnersUp, "runner-up")],
    effects: result.effects,
    fits: result.fits.map((fit) => ({ ...fit, models: Object.entries(fit.modelWeights) })),
    noise: result.noise,
    warnings: result.warnings,
    map: map.points,
    pruned: manifest.pruned.map((cluster) => ({ ...cluster, documents: Number(cluster.documents) })),
    settings: settings(search),
  };
}

function settings({ spec }: Search): [string, string][] {
  if (!spec) return [];
  const constraints = spec.constraints;
  return [
    ["strategy", strategyFromProto(spec.strategy) ?? "climb"],
    ["proxy", spec.proxy?.preset ?? ""],
    ["tokens a run", String(spec.budget?.tokensPerRun ?? 0n)],
    ["rounds", (spec.budget?.rounds ?? []).join(", ")],
    ["confirmation seeds", String(spec.budget?.confirmationSeeds ?? 0)],
    ["repetition limit", String(constraints?.maxRepetition ?? "")],
    ["target tokens", constraints?.targetTokens ? String(constraints.targetTokens) : "as many as the domains have"],
    ["seed", String(spec.seed)],
  ];
}
