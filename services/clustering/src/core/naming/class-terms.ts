import { sum } from "@climb/numeric";
import type { TermCounts } from "./term-counts.js";

/** A term and its class-based TF-IDF weight. */
export interface WeightedTerm {
  term: string;
  weight: number;
}

// A telling term is at least this many times as frequent in its domain as in the others on average.
const leastLift = 2;
// The corpus's most common words must be far more telling than that; in a small corpus its topics are among them.
const leastLiftOfCommon = 8;
// A class uses a term too if its share there reaches this part of the share here.
const spreadShare = 0.05;
// A term that fewer occurrences support is a coincidence, except in tiny domains.
const leastCount = 3;

/**
 * The most telling terms of each class by class-based TF-IDF (Grootendorst, BERTopic, arXiv 2203.05794, section 3.3):
 * tf(t, c) · log(1 + A / f(t)), tf being the share of t among the words of c, f its count in all classes and A the mean
 * number of words of a class. Terms that are as common elsewhere (lift below 2) do not count, whatever their weight:
 * that keeps function words out in every language.
 * @param classes counts of words, or of phrases, in each class
 * @param words number of all words in each class (also of those that `classes` no longer lists)
 * @param commonWords words that name something only where they are many times as frequent as elsewhere, lower-case; a
 * phrase is as common as its least common word
 * @param isEmpty whether a term names nothing, however frequent it is
 */
export function classTerms(
  classes: readonly TermCounts[],
  words: readonly number[],
  commonWords: ReadonlySet<string>,
  isEmpty: (term: string) => boolean,
  most = 12,
): WeightedTerm[][] {
  const everywhere = new Map<string, { count: number; shares: number[] }>();
  classes.forEach((counts, c) => {
    for (const [term, count] of counts) {
      const known = everywhere.get(term) ?? { count: 0, shares: [] };
      known.count += count;
      known.shares.push(count / Math.max(1, words[c] as number));
      everywhere.set(term, known);
    }
  });
  const average = sum(words) / Math.max(1, classes.length);
  return classes.map((counts, c) => {
    const found: WeightedTerm[] = [];
    const total = Math.max(1, words[c] as number);
    for (const [term, count] of counts) {
      const all = everywhere.get(term);
      if (all === undefined || isEmpty(term)) continue;
      if (count < Math.min(leastCount, total / 1000)) continue;
      const share = count / total;
      const others = sum(all.shares) - share;
      const elsewhere = classes.length > 1 ? others / (classes.length - 1) : 0;
      const common = term.split(" ").every((word) => commonWords.has(word));
      if (share < (common ? leastLiftOfCommon : leastLift) * elsewhere || (common && classes.length === 1)) continue;
      const spread = all.shares.filter((other) => other >= spreadShare * share).length;
      const rarity = Math.log((1 + classes.length) / spread);
      found.push({ term, weight: share * Math.log(1 + average / all.count) * rarity });
    }
    return found.sort((a, b) => b.weight - a.weight || (a.term < b.term ? -1 : 1)).slice(0, most);
  });
}
