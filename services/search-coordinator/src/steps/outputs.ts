import type { CorpusMap, DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import { JobState } from "@climb/proto/common/v1/job";
import type { Comparison, Search, SearchResult, SearchRun } from "@climb/proto/search/v1/search_service";
import { roleFromProto, strategyFromProto } from "../rpc/convert.js";
import { bindingKind, leftOutOf, outcomeFromProto } from "../rpc/convert-result.js";
import type { ReportData } from "../tasks/report/types.js";
import { interval } from "./mixture-json.js";

/** runs.jsonl: one line for each proxy run, in the order they were planned. */
export function runsJsonl(search: Search, runs: SearchRun[]): string {
  const ids = (search.result?.domains ?? []).map(({ id }) => id);
  return runs
    .map((run) =>
      JSON.stringify({
        id: run.runId,
        round: run.round,
        role: roleFromProto(run.role),
        origin: run.origin,
        mixture: run.mixture,
        weights: Object.fromEntries(ids.map((id, j) => [id, run.mixture[j]])),
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
        groupWeights:
          run.groupWeights.length > 0 ? Object.fromEntries(ids.map((id, j) => [id, run.groupWeights[j]])) : undefined,
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
      isAnswer: other.isAnswer,
      obeysConstraints: other.obeysConstraints,
      also: other.also,
      taskDifferences: other.taskDifferences.map(interval),
      taskProbabilities: other.taskProbabilities,
    }));
  const names = new Map(result.domains.map(({ id, label }) => [id, `${id} ${label}`]));
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
        asGood: result.weightRanges.find(({ domainId }) => domainId === domain.id),
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
    verdict: result.verdict?.sentences ?? [],
    reference: result.verdict?.reference ?? "",
    checks: result.checks.map(({ name, outcome, sentence }) => ({
      name,
      outcome: outcomeFromProto(outcome),
      sentence,
    })),
    binding: result.binding.map(({ kind, domainId, task, bound, price }) => ({
      what: `${bindingKind(kind)} of ${domainId ? (names.get(domainId) ?? domainId) : task}`,
      bound,
      price,
    })),
    unconstrained: result.unconstrained && {
      mixture: result.unconstrained.mixture,
      objective: result.unconstrained.prediction?.objective?.value ?? Number.NaN,
    },
    front: result.front.map(({ mixture, origin, prediction }) => ({
      mixture,
      origin,
      tasks: prediction?.tasks.map(({ value }) => value) ?? [],
    })),
    overlaps: result.overlaps.map(({ target, ngrams, found, domains }) => ({
      target,
      share: ngrams > 0n ? Number(found) / Number(ngrams) : 0,
      domains: domains.map((domain) => ({
        domainId: domain.domainId,
        share: ngrams > 0n ? Number(domain.found) / Number(ngrams) : 0,
      })),
    })),
    leftOut: leftOutOf(result.decontamination),
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
    ["strategy", strategyFromProto(spec.strategy)],
    ["proxy", spec.proxy?.preset ?? ""],
    ["tokens a run", String(spec.budget?.tokensPerRun ?? 0n)],
    ["rounds", spec.budget?.rounds.join(", ") || "as many as were worth it or the budget paid for"],
    ["confirmation seeds", String(spec.budget?.confirmationSeeds ?? 0)],
    ["repetition limit", String(constraints?.maxRepetition ?? "")],
    ["target tokens", constraints?.targetTokens ? String(constraints.targetTokens) : "as many as the domains have"],
    ["seed", String(spec.seed)],
  ];
}
