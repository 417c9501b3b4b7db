/** How many points k-means is fitted on: 256 for each centroid, as faiss bounds them, but never fewer than 65,536. */
export function fitSampleSize(documents: number, clusters: number): number {
  return Math.min(documents, Math.max(65_536, 256 * clusters));
}

/**
 * Clusters that k-means starts with when nobody says: a little over half the square root of the number of documents,
 * so that a cluster is about twice as large as there are clusters — 12 for 500 documents, 120 for 50,000 — and at most
 * CLIMB's 1000 (arXiv 2504.13161, section 4), which this reaches at 3.5 million documents.
 */
export function defaultClusters(documents: number): number {
  return Math.max(1, Math.min(1000, documents, Math.round(0.536 * Math.sqrt(documents))));
}

/**
 * Domains to merge the surviving clusters into when nobody says: a seventh to a half of them — 6 of 12, 18 of 120 — and
 * at most 24. Every domain is a weight to be found, and a log-linear law needs about three runs for each.
 */
export function defaultDomains(survivors: number): number {
  return Math.max(1, Math.min(24, survivors, Math.round(1.65 * Math.sqrt(survivors))));
}
