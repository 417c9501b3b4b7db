import type { Tokens } from "../tokens.js";
import type { PairIndex } from "./pair-index.js";

/** What one domain's tokens, or a range of them, say about the pairs of an index. Counts of ranges add up. */
export interface DomainCounts {
  readonly tokens: number;
  /** Occurrences of each token of the vocabulary. */
  readonly unigrams: Float64Array;
  /** Pairs of neighbouring tokens that start with each token, by the range that they end in. */
  readonly firsts: Float64Array;
  /** Occurrences of each pair of the index, by the range that they end in. */
  readonly pairs: Float64Array;
}

/** Counts a domain that arrives in pieces. */
export interface DomainCounter {
  /** The next tokens of the domain. @throws RangeError on an id outside the vocabulary. */
  add(tokens: Tokens): void;
  counts(): DomainCounts;
}

/**
 * Starts counting a domain, or a range of it. Memory: the vocabulary and the index, whatever the size of the domain.
 * @param before the token before the range; −1 at the start of the domain
 */
export function countDomain(index: PairIndex, vocabularySize: number, before = -1): DomainCounter {
  const unigrams = new Float64Array(vocabularySize);
  const pairs = new Float64Array(index.size);
  let previous = before;
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
      // Every token starts a pair, but for the last, whose pair ends in the next range or nowhere.
      const firsts = unigrams.slice();
      if (count > 0 && before >= 0) firsts[before] = (firsts[before] as number) + 1;
      if (count > 0) firsts[previous] = (firsts[previous] as number) - 1;
      return { tokens: count, unigrams: unigrams.slice(), firsts, pairs: pairs.slice() };
    },
  };
}
