import { squaredDistance } from "@climb/numeric";
import { domainId } from "./continued-ids.js";
import { nameDomains, type WeakWords } from "./naming/name-domains.js";
import { meanScores, type Pruned, prune, type ScorerLimit } from "./prune.js";
import { signalNames } from "./quality/signals.js";
import { defaultDomains } from "./sizes.js";
import { type NamedGroup, type Split, splitGroups } from "./splits.js";
import { type Candidate, mergeSummaries, representatives, type Summary } from "./summary.js";
import { type Cut, cutTree, groupCentroids, type Merge, wardTree } from "./ward.js";

/** A group of clusters that belong together, with everything people and later steps are told of it. */
export interface FoundDomain {
  /** "d00", "d01" …, the largest first, unless ids of an earlier set go on; parts of a split one "d00.0", "d00.1" … */
  id: string;
  /** Empty if nothing is telling. */
  label: string;
  /** Words and phrases, most telling first. */
  terms: string[];
  /** Share of its documents by the form that they have; the rest is running text. */
  forms: Record<string, number>;
  documents: number;
  textBytes: number;
  /** Mean quality, 0 to 5. */
  quality: number;
  examples: Candidate[];
  clusters: number[];
  /** Mean of each signal by name. */
  signals: Record<string, number>;
  /** Mean of each scorer by name. */
  scores: Record<string, number>;
  /** The nearest other domains by index, nearest first. */
  nearest: { domain: number; distance: number }[];
  /** Of a tier: the domain that it is of, and which one it is, 1 for the poorest. */
  tier?: { parent: string; tier: number };
}

/** What {@link findDomains} decides. */
export interface FoundDomains {
  domains: FoundDomain[];
  /** (domains, dimensions): the mean of each domain's documents that are not poor. */
  centres: Float32Array;
  /** Domain index of each cluster, or −1 if it was pruned. */
  clusterDomains: Int32Array;
  /** The whole tree over the surviving clusters in ascending order. */
  merges: Merge[];
  pruned: (Pruned & { terms: string[]; scores: Record<string, number> })[];
  /** Mean of each scorer by name, over all documents that are not poor. */
  meanScores: Record<string, number>;
}

/** What is known of the clusters once every document was seen. */
export interface Clusters {
  /** (clusters, dimensions). */
  centroids: Float32Array;
  dimensions: number;
  /** For each cluster its documents that are not poor, and those that are. */
  fair: readonly Summary[];
  poor: readonly Summary[];
  weakWords: WeakWords;
}

export interface DomainOptions {
  /** 0 to 5. */
  minQuality: number;
  /** Further measures, in the order of the summaries' scores. */
  scorers?: readonly ScorerLimit[];
  /** Where to cut the tree; by default a count made of the number of survivors. A larger count than that is lowered. */
  cut?: Cut | undefined;
  /** Domains of that cut which are cut further. */
  splits?: readonly Split[] | undefined;
  /** Names of the clusters, if they were not found but given. What is in none of them is in one cluster more. */
  given?: readonly string[] | undefined;
}

/** Prunes, merges and names. @throws RangeError if pruning leaves nothing */
export function findDomains(
  clusters: Clusters,
  { minQuality, scorers = [], cut, given, splits = [] }: DomainOptions,
): FoundDomains {
  const { fair, poor, centroids, dimensions, weakWords } = clusters;
  const { survivors, pruned } = prune(fair, poor, minQuality, scorers, given?.length);
  const left = survivors.map((cluster) => fair[cluster] as Summary);
  const rows = new Float32Array(survivors.length * dimensions);
  survivors.forEach((cluster, row) => {
    rows.set(centroids.subarray(cluster * dimensions, (cluster + 1) * dimensions), row * dimensions);
  });
  const sizes = left.map(({ documents }) => documents);
  const merges = wardTree(rows, dimensions, sizes);
  const groups = cutTree(
    survivors.length,
    merges,
    lowered(cut ?? (given && { groups: survivors.length }), survivors.length),
  );
  const found = splitGroups(bySize(groups, sizes), merges, sizes, splits);
  const groupOf = new Int32Array(survivors.length);
  found.forEach(({ leaves }, index) => {
    for (const row of leaves) groupOf[row] = index;
  });
  const centres = groupCentroids(rows, dimensions, sizes, groupOf);

  const parts = found.map(({ leaves }) => leaves.map((row) => left[row] as Summary));
  const merged = parts.map((summaries) => mergeSummaries(summaries));
  const names = nameDomains(merged, weakWords);
  const domains = found.map(({ id, leaves }, index) => {
    const summary = merged[index] as Summary;
    const { title, terms, forms } = names[index] as (typeof names)[number];
    return {
      id,
      label: given ? joined(leaves.map((row) => given[survivors[row] as number] ?? "")) : title,
      terms,
      forms,
      documents: summary.documents,
      textBytes: summary.textBytes,
      quality: summary.quality / summary.documents,
      examples: representatives(
        parts[index] as Summary[],
        centres.subarray(index * dimensions, (index + 1) * dimensions),
      ),
      clusters: leaves.map((row) => survivors[row] as number),
      signals: meanSignals(summary),
      scores: meanScores(summary, scorers),
      nearest: nearestDomains(centres, dimensions, index),
    };
  });
  const clusterDomains = new Int32Array(fair.length).fill(-1);
  domains.forEach((domain, index) => {
    for (const cluster of domain.clusters) clusterDomains[cluster] = index;
  });
  const prunedNames = nameDomains([...pruned.map(({ summary }) => summary), ...merged], weakWords);
  return {
    domains,
    centres,
    clusterDomains,
    merges,
    pruned: pruned.map((group, i) => ({
      ...group,
      terms: prunedNames[i]?.terms ?? [],
      scores: meanScores(group.summary, scorers),
    })),
    meanScores: meanScores(mergeSummaries(fair), scorers),
  };
}

/** The groups with their ids, the largest first. */
function bySize(groups: Int32Array, sizes: readonly number[]): NamedGroup[] {
  const members = new Map<number, { leaves: number[]; documents: number }>();
  groups.forEach((group, row) => {
    const known = members.get(group) ?? { leaves: [], documents: 0 };
    known.leaves.push(row);
    known.documents += sizes[row] as number;
    members.set(group, known);
  });
  return [...members.entries()]
    .sort(([a, { documents: x }], [b, { documents: y }]) => y - x || a - b)
    .map(([, { leaves }], index) => ({ id: domainId(index), leaves }));
}

/** Some names as one: at most four are named. */
function joined(names: readonly string[]): string {
  return names.length <= 4 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
}

function nearestDomains(centres: Float32Array, dimensions: number, domain: number): FoundDomain["nearest"] {
  const row = (j: number) => centres.subarray(j * dimensions, (j + 1) * dimensions);
  return Array.from({ length: centres.length / dimensions }, (_, other) => other)
    .filter((other) => other !== domain)
    .map((other) => ({ domain: other, distance: Math.sqrt(squaredDistance(row(domain), row(other))) }))
    .sort((a, b) => a.distance - b.distance || a.domain - b.domain)
    .slice(0, 3);
}

function lowered(cut: Cut | undefined, survivors: number): Cut {
  if (cut === undefined) return { groups: defaultDomains(survivors) };
  return "groups" in cut ? { groups: Math.min(cut.groups, survivors) } : cut;
}

function meanSignals({ signals, documents }: Summary): Record<string, number> {
  return Object.fromEntries(signalNames.map((name, i) => [name, (signals[i] as number) / documents]));
}
