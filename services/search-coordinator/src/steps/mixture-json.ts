import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import type { Prediction, Proposal } from "@climb/proto/predictor/v1/predictor_service";
import {
  type Comparison,
  type Estimate,
  Priority,
  type Search,
  type SearchResult,
  SearchSpec,
  SmallerProxy,
  type Verdict,
} from "@climb/proto/search/v1/search_service";
import { ProxySpec } from "@climb/proto/training/v1/training_service";
import { contentId } from "@climb/runtime";
import { confirmationSeeds, exploreSeed } from "../core/index.js";
import { planFromSpec, targetFromProto } from "../rpc/convert.js";
import { bindingKind, leftOutOf, outcomeFromProto } from "../rpc/convert-result.js";
import { earlierOf, partsOf, transferOf } from "./mixture-json-extras.js";

/** Form of the file; grows when a field changes its meaning. */
const FORMAT = 2;

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/**
 * mixture.json: the answer, what it is worth and what it was made of; weights by domain id. Holds nothing that depends on
 * when or where the search ran, so equal searches give equal bytes; so it has no id that contains paths.
 */
export function mixtureJson(search: Search, manifest: DomainManifest): string {
  const result = search.result as SearchResult;
  const spec = search.spec as SearchSpec;
  const objective = result.objective as Estimate;
  const ids = result.domains.map(({ id }) => id);
  const byId = (mixture: readonly number[]) => Object.fromEntries(ids.map((id, j) => [id, mixture[j] as number]));
  const targetNames = search.targets.map(({ name }) => name);
  const json = {
    verdict: verdict(result.verdict, byTarget(targetNames, result.taskNoise)),
    weights: byId(result.domains.map(({ weight }) => weight)),
    domains: result.domains.map(({ id, label, tokens, weight, repetition }) => ({
      id,
      label,
      tokens: Number(tokens),
      weight,
      repetition,
      asGood: range(result, id),
      ...tierOf(manifest, id),
    })),
    parts: spec.decayShare > 0 ? partsOf(result, spec.decayShare) : undefined,
    objective: objective.mean,
    interval: { lower: objective.lower, upper: objective.upper, level: 0.9, seeds: objective.runs },
    tasks: search.targets.map((target, i) => {
      const { name, weight, role, maxRegression } = targetFromProto(target);
      const guards = role === "guardrail" ? { role, maxRegression } : { role };
      return { name, weight, ...guards, noise: result.taskNoise[i], ...interval(result.tasks[i]) };
    }),
    baselines: result.baselines.map((other) => comparison(other, targetNames, byId)),
    runnersUp: result.runnersUp.map((other) => comparison(other, targetNames, byId)),
    origin: result.origin,
    noise: result.noise,
    penalty: result.penalty,
    checks: result.checks.map(({ name, outcome, sentence }) => ({
      name,
      outcome: outcomeFromProto(outcome),
      sentence,
    })),
    bindingConstraints: result.binding.map(({ kind, domainId, task, bound, price }) => ({
      kind: bindingKind(kind),
      ...(domainId && { domain: domainId }),
      ...(task && { target: task }),
      bound,
      pricePerHundredth: price,
    })),
    unconstrained: result.unconstrained && predicted(result.unconstrained, targetNames, byId),
    front: result.front.map((point, i) => ({ point: i + 1, ...predicted(point, targetNames, byId) })),
    overlaps: result.overlaps.map(({ target, ngrams, found, domains }) => ({
      target,
      runsOfThirteenTokens: Number(ngrams),
      inTheCorpus: Number(found),
      domains: Object.fromEntries(domains.map((domain) => [domain.domainId, Number(domain.found)])),
    })),
    leftOut: leftOutOf(result.decontamination),
    earlier: result.earlier && earlierOf(result.earlier),
    transfer: result.transfer.length > 0 ? result.transfer.map(transferOf) : undefined,
    warnings: result.warnings,
    skippedExpectedImprovement: result.skippedExpectedImprovement,
    roundsEnded: result.roundsEnded || undefined,
    provenance: provenance(search, manifest),
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

/** What the answer was made of, by what it is and not by where it lay. */
function provenance({ spec: given, targets, domainSetId, tokenSetId, runsFinished }: Search, manifest: DomainManifest) {
  const spec = given as SearchSpec;
  const plan = planFromSpec(spec);
  const { reuseSearchId: _, earlier: __, ...settings } = plan;
  const documents = createHash("sha256");
  for (const { artifact } of manifest.corpus?.shards ?? []) documents.update(`${artifact?.sha256 ?? ""}\n`);
  const digests = targets.map(({ name, items }) => `${name}:${items?.sha256 ?? ""}`);
  const earlier = spec.earlier && { ...spec.earlier, searchId: "" };
  const said = { name: "", priority: Priority.PRIORITY_UNSPECIFIED };
  const asked = { ...spec, ...said, earlier, input: undefined, targets: [], dataset: undefined };
  return {
    format: FORMAT,
    versions: { climb: version },
    // The same question about the same domains has the same one, wherever its files lay.
    question: contentId("question", SearchSpec.encode(asked).finish(), tokenSetId, ...digests),
    domainSetId,
    tokenSetId,
    corpus: {
      sha256: documents.digest("hex"),
      documents: Number(manifest.corpus?.documents ?? 0n),
      textBytes: Number(manifest.corpus?.textBytes ?? 0n),
    },
    targets: targets.map(({ name, items, itemCount, scoredBytes }) => ({
      name,
      sha256: items?.sha256,
      items: itemCount,
      scoredBytes: Number(scoredBytes),
    })),
    proxy: ProxySpec.toJSON(spec.proxy ?? ProxySpec.create()),
    smallerProxies: spec.smallerProxies.length > 0 ? spec.smallerProxies.map(SmallerProxy.toJSON) : undefined,
    trainer: spec.trainer || "climb",
    base: spec.base?.file && {
      sha256: spec.base.file.sha256,
      tokens: Number(spec.base.tokens),
      freshMoments: spec.base.freshMoments,
    },
    tokenizer: spec.tokenizer?.file ? { sha256: spec.tokenizer.file.sha256 } : { vocabulary: spec.vocabulary },
    tokensPerRun: plan.tokensPerRun,
    runs: runsFinished,
    seeds: { exploring: exploreSeed(plan), confirmation: confirmationSeeds(plan) },
    settings,
    reusedResults: spec.knownResults.length,
  };
}

function verdict(given: Verdict | undefined, noise: Record<string, number>) {
  return {
    sentences: given?.sentences ?? [],
    reference: given?.reference,
    targetsWorse: given?.targetsWorse,
    guardrailsBroken: given?.guardrailsBroken,
    targets: (given?.targets ?? []).map(({ target, difference, probabilityBetter }) => ({
      name: target,
      difference: interval(difference),
      probabilityBetter,
      noise: noise[target],
    })),
  };
}

type ById = (mixture: readonly number[]) => Record<string, number>;

function comparison(other: Comparison, targets: readonly string[], byId: ById) {
  return {
    name: other.name,
    also: other.also,
    mixture: other.mixture,
    weights: byId(other.mixture),
    objective: other.objective?.mean,
    interval: { lower: other.objective?.lower, upper: other.objective?.upper },
    difference: interval(other.difference),
    probabilityAnswerIsBetter: other.probabilityAnswerIsBetter,
    isAnswer: other.isAnswer,
    obeysConstraints: other.obeysConstraints,
    penalty: other.penalty,
    tasks: targets.map((name, t) => ({
      name,
      ...interval(other.tasks[t]),
      difference: interval(other.taskDifferences[t]),
      probabilityAnswerIsBetter: other.taskProbabilities[t],
    })),
  };
}

function predicted({ mixture, origin, prediction }: Proposal, targets: readonly string[], byId: ById) {
  const value = (given: Prediction | undefined) =>
    given && { mean: given.value, lower: given.lower, upper: given.upper };
  return {
    origin,
    weights: byId(mixture),
    predicted: {
      objective: value(prediction?.objective),
      tasks: byTarget(targets, prediction?.tasks.map(value) ?? []),
    },
  };
}

function byTarget<T>(targets: readonly string[], values: readonly T[]): Record<string, T> {
  return Object.fromEntries(targets.map((name, t) => [name, values[t] as T]));
}

function range({ weightRanges }: SearchResult, id: string) {
  const found = weightRanges.find(({ domainId }) => domainId === id);
  return found && { lower: found.lower, upper: found.upper };
}

/** What a domain is a tier of; nothing for others. */
function tierOf({ domains }: DomainManifest, id: string) {
  const { parentId = "", tier = 0 } = domains.find((domain) => domain.id === id) ?? {};
  return tier > 0 ? { parent: parentId, tier } : {};
}

/** An estimate as the files have it. */
function interval(estimate: Estimate | undefined): Pick<Estimate, "mean" | "lower" | "upper"> {
  return {
    mean: estimate?.mean ?? Number.NaN,
    lower: estimate?.lower ?? Number.NaN,
    upper: estimate?.upper ?? Number.NaN,
  };
}
