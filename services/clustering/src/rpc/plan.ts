import type { DomainNamer, DomainSpec, QualityScorer } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { Fault } from "@climb/proto/common/v1/job";
import type { EmbeddingManifest } from "@climb/proto/embedding/v1/embedding_service";
import { fieldFault } from "@climb/resources";
import { contentId } from "@climb/runtime";
import { defaultClusters } from "../core/sizes.js";
import type { Split } from "../core/splits.js";
import type { Cut } from "../core/ward.js";
import { scorerFaults, storedFile } from "./scorer-files.js";

/** What is to be done, with every default filled in. */
export interface Plan {
  clusters: number;
  restarts: number;
  maxIterations: number;
  tolerance: number;
  spherical: boolean;
  /** 0: all points in every iteration. */
  batchRows: number;
  minQuality: number;
  scorers: PlannedScorer[];
  seed: number;
  /** Unset: a count made of the number of surviving clusters. */
  cut: Cut | undefined;
  /** Domains of that cut which are cut further. */
  splits: Split[];
  /** Clusters that are given, by their stored file, instead of found. */
  given: Artifact | undefined;
  /** Whom to ask for labels. */
  namer: DomainNamer | undefined;
}

/** A measure of quality beside the rules, with its stored file. */
export type PlannedScorer = { name: string; threshold: number; file: Artifact } & (
  | { kind: "fasttext"; labelValues: Record<string, number> }
  | { kind: "annotations" }
);

// Part of every id: sets made by another method are other sets. Raise it when a rule, what is measured or a default changes.
export const METHOD = "7";

/** Fills in the defaults of a specification for these embeddings. @param withoutText whether documents are ids alone */
export function planOf(spec: DomainSpec, documents: number, withoutText = false): Plan {
  return {
    clusters: spec.clusters || defaultClusters(documents),
    restarts: spec.restarts || 3,
    maxIterations: spec.maxIterations || 50,
    tolerance: spec.tolerance || 1e-4,
    spherical: spec.spherical,
    batchRows: spec.batchRows,
    // Whoever gives domains wants them as they are, and what has no text breaks no rule of text.
    minQuality: withoutText ? 0 : (spec.minQuality ?? (spec.labels ? 0 : 2.5)),
    scorers: spec.scorers.map(plannedScorer),
    seed: spec.seed,
    cut: cutOf(spec),
    splits: spec.splits.map(({ domainId, into }) => ({ domain: domainId, into })),
    given: spec.labels?.file,
    namer: spec.namer,
  };
}

function plannedScorer({ name, threshold, kind }: QualityScorer): PlannedScorer {
  const file = (kind && storedFile(kind)) ?? { uri: "", sha256: "", sizeBytes: 0n };
  if (kind?.$case !== "fasttext") return { kind: "annotations", name, threshold, file };
  return { kind: "fasttext", name, threshold, file, labelValues: kind.value.labelValues };
}

function cutOf({ mergeDistance, domains }: DomainSpec): Cut | undefined {
  if (mergeDistance !== undefined) return { distance: mergeDistance };
  return domains > 0 ? { groups: domains } : undefined;
}

/**
 * Name of everything up to the merge: sets that differ only in the cut share that work. Made of the content of the
 * shards, never of their addresses.
 */
export function workId(manifest: EmbeddingManifest, plan: Plan): string {
  const { clusters, restarts, maxIterations, tolerance, spherical, batchRows } = plan;
  const { minQuality, scorers, given, seed } = plan;
  const kind = [...(spherical ? ["spherical"] : []), ...(batchRows > 0 ? ["batch", batchRows] : [])];
  const found = given ? ["labels", given.sha256] : [clusters, restarts, maxIterations, tolerance, ...kind];
  const options = [...found, minQuality, seed, ...scorers.map(scorerKey)];
  const documents = manifest.corpus?.shards.map(({ artifact }) => artifact?.sha256 ?? "") ?? [];
  const vectors = manifest.vectors.map(({ sha256 }) => sha256);
  return contentId("clustering", METHOD, manifest.dimensions, ...options, ...documents, ...vectors);
}

function scorerKey(scorer: PlannedScorer): string {
  const labels = scorer.kind === "fasttext" ? Object.entries(scorer.labelValues).sort() : [];
  return JSON.stringify([scorer.kind, scorer.name, scorer.threshold, scorer.file.sha256, labels]);
}

/** Name of a domain set: its work, its cut, and what it leaves out. */
export function domainSetId(
  manifest: EmbeddingManifest,
  plan: Plan,
  { duplicates, previousDomainSetId, tiers }: Partial<Pick<DomainSpec, "duplicates" | "previousDomainSetId" | "tiers">>,
): string {
  const left = duplicates ? ["without", duplicates.reportId, duplicates.threshold] : [];
  const after = previousDomainSetId ? ["after", previousDomainSetId] : [];
  if (tiers) return contentId("domain-set", "tiers", METHOD, tiers.domainSetId, tiers.tiers, tiers.scorer);
  const { namer } = plan;
  // The key changes nothing of what is answered.
  const named = namer ? ["named", namer.address, namer.model, namer.sendExamples ? "examples" : "terms"] : [];
  const split = plan.splits.length > 0 ? ["split", JSON.stringify(plan.splits)] : [];
  const cut = JSON.stringify(plan.cut ?? null);
  return contentId("domain-set", workId(manifest, plan), cut, ...left, ...after, ...named, ...split);
}

/** The faults that no rule of the contract can say; `documents` is known once the embeddings can be read. */
export function optionFaults(spec: DomainSpec, documents: number | undefined, withoutText = false): Fault[] {
  const faults: Fault[] = [];
  const fault = (field: string, found: string | number, expected: string) =>
    faults.push(fieldFault(`spec.${field}`, found, expected));
  const { clusters, domains } = spec;
  if (documents !== undefined && clusters > documents) {
    fault("clusters", clusters, `at most as many clusters as documents, ${documents}`);
  }
  if (spec.splits.length > 0 && spec.previousDomainSetId)
    fault("splits", "previous_domain_set_id with it", "one of the two: both give ids");
  if (spec.labels && clusters > 0) fault("clusters", clusters, "none, because labels are given");
  if (spec.labels && !spec.labels.file && spec.labels.path === "") fault("labels.path", "nothing", "a file");
  if (withoutText && (spec.minQuality ?? 0) > 0) {
    fault("min_quality", spec.minQuality ?? 0, "0, because the documents have no text to judge");
  }
  if (withoutText && spec.scorers.some(({ kind }) => kind?.$case === "fasttext")) {
    fault("scorers", "fastText", "annotations, which judge vectors, because the documents have no text");
  }
  const most = spec.labels ? undefined : clusters || (documents === undefined ? undefined : defaultClusters(documents));
  if (most !== undefined && domains > most) {
    fault("domains", domains, `at most ${most}, ${clusters ? "as clusters says" : "the default of clusters"}`);
  }
  return [...faults, ...scorerFaults(spec.scorers)];
}
