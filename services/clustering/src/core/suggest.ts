import { type Random, squaredDistance } from "@climb/numeric";
import { agreement } from "./metrics.js";
import { cutTree, groupCentroids, wardTree } from "./ward.js";

/** How good a number of domains would be. */
export interface CountQuality {
  domains: number;
  /**
   * Simplified silhouette of the sample: mean of (b − a) / max(a, b), a and b the distances to the own and the nearest
   * other centre (Rousseeuw 1987; with centres as in Hruschka, de Castro and Campello 2004). −1 to 1, higher is better.
   */
  silhouette: number;
  /**
   * Adjusted mutual information between the domains that halves of the sample would have given, mean over the pairs of
   * halves (after Ben-Hur, Elisseeff and Guyon 2002). 1: whatever half is seen, the same domains come out.
   */
  stability: number;
}

/** Sampled documents: the cluster of each among the surviving ones, and their vectors row by row. */
export interface ClusteredSample {
  clusters: Int32Array;
  vectors: Float32Array;
  dimensions: number;
}

const HALVES = 6;

/** Judges each number of domains from 2 to `most`. @throws RangeError if fewer than two clusters have documents */
export function judgeCounts(sample: ClusteredSample, clusters: number, most: number, random: Random): CountQuality[] {
  const rows = Array.from(sample.clusters.keys());
  const whole = treeOf(sample, rows, clusters);
  if (whole.present.length < 2) throw new RangeError("there is one cluster only; no number of domains can be judged");
  const halves = Array.from({ length: HALVES }, (_, i) => {
    const order = random.child("half", i).shuffle([...rows]);
    const middle = order.length >> 1;
    return [order.slice(0, middle), order.slice(middle)].map((half) => treeOf(sample, half, clusters));
  });
  const last = Math.min(most, whole.present.length);
  return Array.from({ length: Math.max(0, last - 1) }, (_, i) => {
    const domains = i + 2;
    const agreements = halves.map(([one, other]) => agreementOf(sample, one as Tree, other as Tree, domains));
    const stability = agreements.reduce((sum, value) => sum + value, 0) / HALVES;
    return { domains, silhouette: silhouetteOf(sample, whole, domains), stability };
  });
}

/** Clusters as some of the documents show them, and how they merge. */
interface Tree {
  /** Clusters that have documents, ascending: the leaves. */
  present: number[];
  sizes: number[];
  /** (leaves, dimensions). */
  means: Float32Array;
  merges: ReturnType<typeof wardTree>;
}

function treeOf({ clusters, vectors, dimensions: d }: ClusteredSample, rows: readonly number[], count: number): Tree {
  const sizes = new Array<number>(count).fill(0);
  const sums = new Float64Array(count * d);
  for (const row of rows) {
    const cluster = clusters[row] as number;
    sizes[cluster] = (sizes[cluster] as number) + 1;
    for (let i = 0; i < d; i++)
      sums[cluster * d + i] = (sums[cluster * d + i] as number) + (vectors[row * d + i] as number);
  }
  const present = sizes.flatMap((size, cluster) => (size > 0 ? [cluster] : []));
  const means = new Float32Array(present.length * d);
  present.forEach((cluster, leaf) => {
    for (let i = 0; i < d; i++) means[leaf * d + i] = (sums[cluster * d + i] as number) / (sizes[cluster] as number);
  });
  const kept = present.map((cluster) => sizes[cluster] as number);
  return { present, sizes: kept, means, merges: wardTree(means, d, kept) };
}

/** The domain of each cluster that the tree knows, when it is cut; a half of few documents may know fewer clusters. */
function domainsOf({ present, merges }: Tree, domains: number): Map<number, number> {
  const groups = cutTree(present.length, merges, { groups: Math.min(domains, present.length) });
  return new Map(present.map((cluster, leaf) => [cluster, groups[leaf] as number]));
}

function agreementOf({ clusters }: ClusteredSample, one: Tree, other: Tree, domains: number): number {
  const [first, second] = [domainsOf(one, domains), domainsOf(other, domains)];
  // Clusters that only one half has say nothing.
  const known = Array.from(clusters).filter((cluster) => first.has(cluster) && second.has(cluster));
  if (known.length === 0) return 0;
  return agreement(
    known.map((cluster) => first.get(cluster) as number),
    known.map((cluster) => second.get(cluster) as number),
  ).ami;
}

function silhouetteOf({ clusters, vectors, dimensions: d }: ClusteredSample, tree: Tree, domains: number): number {
  const groups = cutTree(tree.present.length, tree.merges, { groups: domains });
  const centres = groupCentroids(tree.means, d, tree.sizes, groups);
  const domainOf = domainsOf(tree, domains);
  let total = 0;
  for (const [row, cluster] of clusters.entries()) {
    const vector = vectors.subarray(row * d, (row + 1) * d);
    const own = domainOf.get(cluster) as number;
    let [a, b] = [0, Number.POSITIVE_INFINITY];
    for (let domain = 0; domain < domains; domain++) {
      const distance = Math.sqrt(squaredDistance(vector, centres.subarray(domain * d, (domain + 1) * d)));
      if (domain === own) a = distance;
      else b = Math.min(b, distance);
    }
    total += (b - a) / Math.max(a, b, Number.MIN_VALUE);
  }
  return total / clusters.length;
}

/** The count with the highest product of both measures, each scaled to the best of all; the larger of equals. */
export function bestCount(judged: readonly CountQuality[]): number {
  const bestOf = (pick: (one: CountQuality) => number) => Math.max(...judged.map(pick), Number.MIN_VALUE);
  const [silhouette, stability] = [bestOf((one) => one.silhouette), bestOf((one) => one.stability)];
  let best = { domains: 0, score: Number.NEGATIVE_INFINITY };
  for (const one of judged) {
    const score = (one.silhouette / silhouette) * (one.stability / stability);
    if (score >= best.score) best = { domains: one.domains, score };
  }
  return best.domains;
}
