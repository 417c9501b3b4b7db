import { rules } from "./quality/rules.js";
import { signalNames } from "./quality/signals.js";
import type { Summary } from "./summary.js";
import { mergeSummaries } from "./summary.js";

/** A group of documents that is not worth training on. */
export interface Pruned {
  cluster: number;
  /** True if the whole cluster goes; false if only its poor documents go. */
  whole: boolean;
  /** True if it is the documents without a label, whatever their quality. */
  unlabelled?: boolean;
  reason: string;
  summary: Summary;
}

/** A measure of quality beside the rules, and the least mean that a cluster must have. */
export interface ScorerLimit {
  name: string;
  threshold: number;
}

/** The mean score of a group by each scorer. */
export function meanScores({ scores, documents }: Summary, scorers: readonly ScorerLimit[]): Record<string, number> {
  return Object.fromEntries(scorers.map(({ name }, i) => [name, (scores[i] as number) / Math.max(1, documents)]));
}

/**
 * A document in a good cluster goes too if its own score is below this share of the limit. The embedding cannot place
 * texts made of words that it never saw; they end in whatever cluster is nearest to nothing, and its mean hides them.
 */
export const documentShare = 0.6;

/** The score below which a document is poor whatever cluster it lies in. */
export function poorBelow(minQuality: number): number {
  return documentShare * minQuality;
}

/**
 * The mean from which on the documents of a cluster that are not poor are kept, whatever the poor ones make of its mean: half
 * way from the limit to the best. A rare language may have one cluster for its good texts and what was made of them.
 */
export function goodFrom(minQuality: number): number {
  return (minQuality + 5) / 2;
}

/**
 * Which clusters go: those whose mean quality is below the limit, unless all but their poor documents are clearly good (see
 * {@link goodFrom}), or whose documents that are not poor have a mean below
 * the threshold of a scorer, as in CLIMB (arXiv 2504.13161, section 4), and the poor documents of the others.
 * @param fair for each cluster the summary of its documents that are not poor
 * @param poor for each cluster the summary of its poor documents (see {@link poorBelow})
 * @param minQuality 0 to 5; 0 prunes nothing
 * @param unlabelled the cluster of documents without a label, where clusters were given; it goes
 * @throws RangeError if no cluster would be left
 */
export function prune(
  fair: readonly Summary[],
  poor: readonly Summary[],
  minQuality: number,
  scorers: readonly ScorerLimit[] = [],
  unlabelled = -1,
): { survivors: number[]; pruned: Pruned[] } {
  const survivors: number[] = [];
  const pruned: Pruned[] = [];
  let best = 0;
  fair.forEach((good, cluster) => {
    const bad = poor[cluster] as Summary;
    const all = mergeSummaries([good, bad]);
    if (all.documents === 0) return;
    if (cluster === unlabelled) {
      pruned.push({ cluster, whole: true, unlabelled: true, reason: "no label", summary: all });
      return;
    }
    const mean = all.quality / all.documents;
    best = Math.max(best, mean);
    const isMixed = good.documents > 0 && good.quality / good.documents >= goodFrom(minQuality);
    if ((mean < minQuality && !isMixed) || good.documents === 0) {
      const reason = `mean quality ${mean.toFixed(2)}, below ${minQuality}: ${faults(all)}`;
      pruned.push({ cluster, whole: true, reason, summary: all });
      return;
    }
    const means = meanScores(good, scorers);
    const below = scorers.filter(({ name, threshold }) => (means[name] as number) < threshold);
    if (below.length > 0) {
      const reasons = below.map(
        ({ name, threshold }) => `mean ${name} ${figure(means[name] as number)}, below ${threshold}`,
      );
      pruned.push({ cluster, whole: true, reason: reasons.join("; "), summary: all });
      return;
    }
    survivors.push(cluster);
    if (bad.documents > 0) {
      const limit = poorBelow(minQuality).toFixed(2);
      const reason = `${bad.documents} of ${all.documents} documents of a cluster that stays, each below ${limit}: ${faults(bad)}`;
      pruned.push({ cluster, whole: false, reason, summary: bad });
    }
  });
  if (survivors.length === 0) {
    if (pruned.every((group) => group.unlabelled)) throw new RangeError("no document of the corpus has a label");
    if (best < minQuality || scorers.length === 0) {
      throw new RangeError(
        `no cluster reaches the quality limit ${minQuality} (the best has ${best.toFixed(2)}); lower min_quality`,
      );
    }
    const names = scorers.map(({ name, threshold }) => `${name} ${threshold}`).join(", ");
    throw new RangeError(`no cluster reaches the thresholds of all scorers (${names}); lower one of them`);
  }
  return { survivors, pruned };
}

/** The rules that cost the group most, in words, with what was measured and what was expected. */
export function faults({ broken, signals, documents }: Summary): string {
  const told = rules
    .map((rule, i) => ({ rule, lost: (rule.cost * (broken[i] as number)) / documents }))
    .filter(({ lost }) => lost >= 0.1)
    .sort((a, b) => b.lost - a.lost)
    .slice(0, 3)
    .map(({ rule }) => {
      const mean = (signals[signalNames.indexOf(rule.signal)] as number) / documents;
      const side = rule.bad > rule.good ? "at most" : "at least";
      return `${rule.fault} (${rule.signal} ${figure(mean)}, expected ${side} ${rule.good})`;
    });
  return told.length > 0 ? told.join("; ") : "several small faults";
}

function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(2);
}
