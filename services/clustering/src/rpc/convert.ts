import {
  type DocumentExample,
  type Domain,
  DomainManifest,
  type DuplicateEffect,
  type PrunedCluster,
  ScorerReport,
} from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { EmbeddingManifest } from "@climb/proto/embedding/v1/embedding_service";
import type { FoundDomain, FoundDomains } from "../core/domains.js";
import type { Candidate } from "../core/summary.js";
import type { Found } from "../steps/found.js";
import type { Presentation } from "../steps/presentation.js";
import type { DuplicateEffects } from "../tasks/duplicate-effects.js";
import type { Plan } from "./plan.js";

/** The domains with the ids and the borderline documents of their presentation. */
export function domainsToProto(
  domains: readonly FoundDomain[],
  { ids, borderline }: Pick<Presentation, "ids" | "borderline">,
): Domain[] {
  return domains.map((domain, j) => ({
    ...domainToProto(domain, ids[j] as string),
    borderline: (borderline[j] ?? []).map(({ other, ...document }) => ({
      document: exampleToProto(document),
      otherDomainId: ids[other] as string,
    })),
    nearest: domain.nearest.map(({ domain: other, distance }) => ({ domainId: ids[other] as string, distance })),
  }));
}

function domainToProto(domain: FoundDomain, id: string): Omit<Domain, "borderline" | "nearest"> {
  const { label, terms, quality, clusters, signals, scores, forms, tier } = domain;
  return {
    id,
    label: label || `Domain ${id}`,
    terms,
    documents: BigInt(domain.documents),
    textBytes: BigInt(domain.textBytes),
    quality,
    examples: domain.examples.map(exampleToProto),
    clusters,
    signals,
    scores,
    forms,
    madeLabel: "",
    parentId: tier?.parent ?? "",
    tier: tier?.tier ?? 0,
  };
}

/** A cluster that went, as the contract has it. */
export function prunedToProto({
  cluster,
  reason,
  summary,
  terms,
  scores,
  unlabelled = false,
}: FoundDomains["pruned"][number]): PrunedCluster {
  return {
    cluster,
    documents: BigInt(summary.documents),
    quality: summary.quality / summary.documents,
    reason,
    examples: summary.nearest.slice(0, 3).map(exampleToProto),
    terms,
    scores,
    unlabelled,
  };
}

/** What a threshold would remove, as the contract has it. */
export function duplicateEffectToProto(effect: DuplicateEffects["effects"][number]): DuplicateEffect {
  const { threshold, documents, textBytes, domainDocuments, domainTextBytes, examples } = effect;
  return {
    threshold,
    documents: BigInt(documents),
    textBytes: BigInt(textBytes),
    domainDocuments: domainDocuments.map(BigInt),
    domainTextBytes: domainTextBytes.map(BigInt),
    examples: examples.map(({ similarity, document, earlier }) => ({
      similarity,
      document: exampleToProto(document),
      earlier: exampleToProto(earlier),
    })),
  };
}

function exampleToProto({ id, snippet }: Pick<Candidate, "id" | "snippet">): DocumentExample {
  return { documentId: id, snippet };
}

/** The manifest of a finished set, ready to be stored as JSON. */
export function manifestToProto(of: {
  id: string;
  embeddings: EmbeddingManifest;
  plan: Plan;
  found: Found;
  assignments: Artifact[];
  centroids: Artifact;
  presentation: Presentation;
}): DomainManifest {
  const { id, embeddings, plan, found } = of;
  return DomainManifest.fromPartial({
    domainSetId: id,
    corpus: embeddings.corpus,
    assignments: of.assignments,
    domains: domainsToProto(found.domains, of.presentation),
    map: of.presentation.map,
    centroids: of.centroids,
    dimensions: embeddings.dimensions,
    clusterDomains: [...found.clusterDomains],
    merges: found.merges.map(({ weight, ...merge }) => ({ ...merge, documents: BigInt(Math.round(weight)) })),
    pruned: found.pruned.map(prunedToProto),
    objective: found.objective,
    scorers: scorerReports(plan, found),
  });
}

/** What is known of the plan's scorers once they were used. */
export function scorerReports(plan: Plan, found: Found): ScorerReport[] {
  return plan.scorers.map(({ name, threshold }, i) => {
    const { crossValidation } = found.scorers[i] ?? {};
    return ScorerReport.fromPartial({ name, threshold, mean: found.meanScores[name] ?? 0, crossValidation });
  });
}
