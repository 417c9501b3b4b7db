import type { DomainCounts } from "./domain-counts.js";
import type { PairIndex } from "./pair-index.js";
import type { TargetPairs } from "./target-pairs.js";

/**
 * Everything that the bigram cross-entropy of a target under any mixture needs, without tokens. The arrays of
 * frequencies are domains × pairs, row by row.
 */
export interface TargetStatistics {
  readonly target: string;
  /** UTF-8 bytes of the scored text. */
  readonly textBytes: number;
  readonly domains: number;
  /** Distinct pairs (a, b) of the target. */
  readonly pairs: number;
  /** How often each pair occurs in the target. */
  readonly counts: Float64Array;
  /** Share of the domain's pairs that are (a, b). */
  readonly pairFrequencies: Float32Array;
  /** Share of the domain's pairs that start with a. */
  readonly firstFrequencies: Float32Array;
  /** Share of the domain's tokens that are b, half a count added to every token of the vocabulary. */
  readonly unigramFrequencies: Float32Array;
}

/** Pseudo-count of the unigram model in the bigram model (`α` of a Dirichlet prior, MacKay and Peto 1995). */
export const BIGRAM_PRIOR_TOKENS = 200;

/** Joins a target's pairs with the counts of every domain, all counted with the same index. */
export function targetStatistics(
  pairs: TargetPairs,
  index: PairIndex,
  domains: readonly DomainCounts[],
): TargetStatistics {
  const size = pairs.counts.length;
  const pairFrequencies = new Float32Array(domains.length * size);
  const firstFrequencies = new Float32Array(domains.length * size);
  const unigramFrequencies = new Float32Array(domains.length * size);
  domains.forEach((domain, j) => {
    const perPair = 1 / Math.max(1, domain.tokens - 1);
    const perToken = 1 / (domain.tokens + domain.unigrams.length / 2);
    for (let p = 0; p < size; p++) {
      const [a, b] = [pairs.first[p] as number, pairs.second[p] as number];
      const slot = index.slotOf(a, b);
      if (slot < 0) throw new RangeError(`pair ${a}, ${b} of target ${pairs.target} is not in the index`);
      pairFrequencies[j * size + p] = (domain.pairs[slot] as number) * perPair;
      firstFrequencies[j * size + p] = (domain.firsts[a] as number) * perPair;
      unigramFrequencies[j * size + p] = ((domain.unigrams[b] as number) + 0.5) * perToken;
    }
  });
  const { target, textBytes, counts } = pairs;
  return {
    target,
    textBytes,
    domains: domains.length,
    pairs: size,
    counts,
    pairFrequencies,
    firstFrequencies,
    unigramFrequencies,
  };
}

/**
 * Bits per byte of the target under the bigram model of a mixture seen for `tokens` tokens:
 * p(b|a) = (n·f(ab) + 200·u(b)) / (n·f(a) + 200), where f and u are the weighted sums over the domains.
 */
export function bigramBitsPerByte(statistics: TargetStatistics, weights: ArrayLike<number>, tokens: number): number {
  const pair = mix(statistics, statistics.pairFrequencies, weights);
  const first = mix(statistics, statistics.firstFrequencies, weights);
  const unigram = mix(statistics, statistics.unigramFrequencies, weights);
  let bits = 0;
  for (let p = 0; p < statistics.pairs; p++) {
    const numerator = tokens * (pair[p] as number) + BIGRAM_PRIOR_TOKENS * (unigram[p] as number);
    const denominator = tokens * (first[p] as number) + BIGRAM_PRIOR_TOKENS;
    bits -= (statistics.counts[p] as number) * Math.log2(numerator / denominator);
  }
  return bits / statistics.textBytes;
}

/** Bits per byte of the target under the unigram model of a mixture. */
export function unigramBitsPerByte(statistics: TargetStatistics, weights: ArrayLike<number>): number {
  const unigram = mix(statistics, statistics.unigramFrequencies, weights);
  let bits = 0;
  for (let p = 0; p < statistics.pairs; p++) {
    bits -= (statistics.counts[p] as number) * Math.log2(unigram[p] as number);
  }
  return bits / statistics.textBytes;
}

/** Σ_j w_j row_j. */
function mix(statistics: TargetStatistics, rows: Float32Array, weights: ArrayLike<number>): Float64Array {
  const { domains, pairs } = statistics;
  if (weights.length !== domains) throw new RangeError(`${weights.length} weights for ${domains} domains`);
  const mixed = new Float64Array(pairs);
  for (let j = 0; j < domains; j++) {
    const weight = weights[j] as number;
    if (weight === 0) continue;
    for (let p = 0; p < pairs; p++) mixed[p] = (mixed[p] as number) + weight * (rows[j * pairs + p] as number);
  }
  return mixed;
}
