import type { WeightedTerm } from "./class-terms.js";
import type { TermCounts } from "./term-counts.js";

/** What {@link conceptsOf} chooses from, all of one domain. */
export interface TellingTerms {
  words: readonly WeightedTerm[];
  phrases: readonly WeightedTerm[];
  /** Words that no phrase begins or ends with unless they are telling here. */
  common: ReadonlySet<string>;
  /** How often each word and each phrase occurs in the domain. */
  wordCounts: TermCounts;
  phraseCounts: TermCounts;
}

// A phrase whose words mostly stand apart is two words that happened to meet: of the rarest of its words, so many occurrences
// must be in it. Words are counted in whole documents and phrases in their beginnings, so this is a lower bound.
const leastCohesion = 0.15;
// Where a word stands in one phrase so often, people know it by the phrase.
const leastOfWord = 0.3;
// The same of two words in a phrase of three.
const leastOfPair = 0.6;
// A phrase is rarer than its words, and says more.
const phraseBonus = 2;

/**
 * What a domain is about, most telling first: phrases where its words belong together ("supreme court"), else words. None
 * is a part or a form of another.
 */
export function conceptsOf({ words, phrases, common, wordCounts, phraseCounts }: TellingTerms, most = 12): string[] {
  const countOf = (term: string) => phraseCounts.get(term) ?? 0;
  const count = (term: string) => (term.includes(" ") ? countOf(term) : (wordCounts.get(term) ?? 0));
  const telling = new Set(words.map(({ term }) => term));
  const cohesive = phrases.filter(({ term }) => {
    const own = term.split(" ");
    // "His head" and "package provides" are no names; "cost of living" is one.
    if ([own[0], own.at(-1)].some((word = "") => common.has(word) && !telling.has(word))) return false;
    const rarest = Math.min(...own.map((word) => wordCounts.get(word) ?? Number.POSITIVE_INFINITY));
    return countOf(term) >= leastCohesion * rarest;
  });
  const phrasesOf = new Map<string, string[]>();
  for (const { term } of cohesive) {
    for (const word of term.split(" ")) phrasesOf.set(word, [...(phrasesOf.get(word) ?? []), term]);
  }
  /** The longest phrase that a term nearly always stands in; the term itself if there is none. */
  const widened = (term: string, least: number, count: number): string => {
    const parts = term.split(" ");
    const around = (phrasesOf.get(parts[0] as string) ?? []).filter(
      (phrase) => phrase.split(" ").length === parts.length + 1 && ` ${phrase} `.includes(` ${term} `),
    );
    const best = around.reduce((one, other) => (countOf(other) > countOf(one) ? other : one), around[0] ?? term);
    if (best === term || countOf(best) < least * count) return term;
    return widened(best, leastOfPair, countOf(best));
  };
  const ranked = [...words, ...cohesive.map(({ term, weight }) => ({ term, weight: phraseBonus * weight }))].sort(
    (a, b) => b.weight - a.weight || (a.term < b.term ? -1 : 1),
  );
  const chosen: string[] = [];
  for (const { term } of ranked) {
    const isWord = !term.includes(" ");
    const concept = isWord ? widened(term, leastOfWord, count(term)) : widened(term, leastOfPair, count(term));
    if (chosen.some((other) => isPart(concept, other))) continue;
    const part = chosen.findIndex((other) => isPart(other, concept));
    if (part < 0 && chosen.length < most) chosen.push(concept);
    // A rare phrase is no better name for what is known by a word.
    if (part >= 0 && count(concept) >= leastOfWord * count(chosen[part] as string)) chosen.splice(part, 1, concept);
  }
  return chosen.filter((concept, i) => !chosen.some((other, j) => j < i && isPart(other, concept)));
}

/** Whether every word of a term is a form of a word of another. */
function isPart(term: string, other: string): boolean {
  const words = other.split(" ");
  return term.split(" ").every((word) => words.some((one) => sameStem(word, one)));
}

/** Whether two terms have a word in common, in whatever form. */
export function sharesWord(one: string, other: string): boolean {
  const words = other.split(" ");
  return one.split(" ").some((word) => words.some((known) => sameStem(word, known)));
}

function sameStem(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  // "Cell" and "cells", "bacteria" and "bacterial"; words of two characters never share a stem.
  return (
    short === long ||
    (short.length >= 3 &&
      long.startsWith(short.slice(0, Math.max(3, short.length - 2))) &&
      long.length - short.length <= 4)
  );
}
