import type { PairIndex } from "./pair-index.js";

/** What one domain's tokens say about the pairs of an index. */
export interface DomainCounts {
  readonly tokens: number;
  /** Occurrences of each token of the vocabulary. */
  readonly unigrams: Float64Array;
  /** Pairs of neighbouring tokens that start with each token. */
  readonly firsts: Float64Array;
  /** Occurrences of each pair of the index. */
  readonly pairs: Float64Array;
}

/** Counts a domain that arrives in pieces. */
export interface DomainCounter {
  /** The next tokens of the domain. @throws RangeError on an id outside the vocabulary. */
  add(tokens: Uint16Array): void;
  counts(): DomainCounts;
}

/** Starts counting a domain. Memory: the vocabulary and the index, whatever the size of the domain. */
export function countDomain(index: PairIndex, vocabularySize: number): DomainCounter {
  const unigrams = new Float64Array(vocabularySize);
  const pairs = new Float64Array(index.size);
  let previous = -1;
  let count = 0;

  return {
    add(tokens) {
      for (let i = 0; i < tokens.length; i++) {
        const token = tokens[i] as number;
        if (token >= vocabularySize) {
          throw new RangeError(`token ${count + i} is ${token}: expected an id below ${vocabularySize}`);
        }
        unigrams[token] = (unigrams[token] as number) + 1;
        if (previous >= 0) {
          const slot = index.slotOf(previous, token);
          if (slot >= 0) pairs[slot] = (pairs[slot] as number) + 1;
        }
        previous = token;
      }
      count += tokens.length;
    },
    counts() {
      // Every token starts a pair, but for the last of the domain.
      const firsts = unigrams.slice();
      if (previous >= 0) firsts[previous] = (firsts[previous] as number) - 1;
      return { tokens: count, unigrams: unigrams.slice(), firsts, pairs: pairs.slice() };
    },
  };
}
