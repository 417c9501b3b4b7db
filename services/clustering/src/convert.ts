import {
  type DocumentExample,
  type Domain,
  DomainManifest,
  type PrunedCluster,
} from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { EmbeddingManifest } from "@climb/proto/embedding/v1/embedding_service";
import type { FoundDomain, FoundDomains } from "./core/domains.js";
import type { Candidate } from "./core/summary.js";

export function domainToProto(domain: FoundDomain): Domain {
  const { id, label, terms, quality, clusters, signals } = domain;
  return {
    id,
    label,
    terms,
    documents: BigInt(domain.documents),
    textBytes: BigInt(domain.textBytes),
    quality,
    examples: domain.examples.map(exampleToProto),
    clusters,
    signals,
  };
}

function prunedToProto({ cluster, reason, summary, terms }: FoundDomains["pruned"][number]): PrunedCluster {
  return {
    cluster,
    documents: BigInt(summary.documents),
    quality: summary.quality / summary.documents,
    reason,
    examples: summary.nearest.slice(0, 3).map(exampleToProto),
    terms,
  };
}

function exampleToProto({ id, snippet }: Candidate): DocumentExample {
  return { documentId: id, snippet };
}

/** The manifest of a finished set, ready to be stored as JSON. */
export function manifestToProto(
  id: string,
  embeddings: EmbeddingManifest,
  found: FoundDomains & { objective: number },
  files: { assignments: Artifact[]; centroids: Artifact },
): DomainManifest {
  return DomainManifest.fromPartial({
    domainSetId: id,
    corpus: embeddings.corpus,
    assignments: files.assignments,
    domains: found.domains.map(domainToProto),
    centroids: files.centroids,
    dimensions: embeddings.dimensions,
    clusterDomains: [...found.clusterDomains],
    merges: found.merges.map(({ weight, ...merge }) => ({ ...merge, documents: BigInt(Math.round(weight)) })),
    pruned: found.pruned.map(prunedToProto),
    objective: found.objective,
  });
}
