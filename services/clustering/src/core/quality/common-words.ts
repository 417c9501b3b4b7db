import { qualityScore, rules, violations } from "./rules.js";
import { bareWord, segment } from "./segments.js";
import { documentSignals } from "./signals.js";

/** What is looked at of a sampled document. */
export interface SampledWords {
  /** How often each word occurs, lower-case. */
  counts: [word: string, count: number][];
  /** All words. */
  words: number;
  /** Whether it is good text by all rules but the one about common words. */
  fair: boolean;
}

export interface CommonWords {
  /** The stop words of every language that the corpus is written in. */
  stopWords: string[];
  /** Words that can hardly name a domain. */
  nameless: string[];
}

/** A sample shows the common words long before its end. */
const MOST_CHARACTERS = 20_000;
const FAIR_QUALITY = 4;
const STOP_WORDS = 64;
const NAMELESS_WORDS = 200;
/** A language has at least so many documents of the sample, and so large a share of it. */
const FEWEST_DOCUMENTS = 5;
const LEAST_SHARE = 0.002;
const MOST_LANGUAGES = 16;

const foreignWords = rules.findIndex(({ signal }) => signal === "commonWords");
const enough = rules[foreignWords]?.good ?? 0;

/** The words of one sampled document. */
export function sampleWords(text: string): SampledWords {
  const beginning = text.slice(0, MOST_CHARACTERS);
  const { words } = segment(beginning);
  const counts = new Map<string, number>();
  for (const word of words) {
    const bare = bareWord(word);
    if (bare !== "" && /^\p{L}/u.test(bare)) counts.set(bare, (counts.get(bare) ?? 0) + 1);
  }
  const broken = violations(documentSignals(beginning, new Set()));
  broken[foreignWords] = 0;
  return { counts: [...counts], words: words.length, fair: qualityScore(broken) >= FAIR_QUALITY };
}

/**
 * The words that the most documents contain: the stop words of the corpus's own languages. Gopher asks for two of eight
 * English words; frequency asks the same of any language. The most common words of all documents come first. Documents
 * that have hardly any of them but are good text otherwise are of another language: those have common words of their
 * own, and so on. Machine text is no good text, so it makes no language.
 */
export function chooseCommonWords(samples: readonly SampledWords[]): CommonWords {
  const all = mostCommon(samples, NAMELESS_WORDS);
  const stopWords = new Set(all.slice(0, STOP_WORDS));
  const fewest = Math.max(FEWEST_DOCUMENTS, LEAST_SHARE * samples.length);
  let left = uncovered(
    samples.filter(({ fair }) => fair),
    stopWords,
  );
  for (let language = 0; left.length >= fewest && language < MOST_LANGUAGES; language++) {
    const found = mostCommon(left, STOP_WORDS);
    const rest = uncovered(left, new Set(found));
    if (left.length - rest.length < fewest) break;
    for (const word of found) stopWords.add(word);
    left = rest;
  }
  return { stopWords: [...stopWords], nameless: [...new Set([...all, ...stopWords])] };
}

/** The documents of which too few words are among the given ones. */
function uncovered(samples: readonly SampledWords[], among: ReadonlySet<string>): SampledWords[] {
  return samples.filter(({ counts, words }) => {
    let found = 0;
    for (const [word, count] of counts) if (among.has(word)) found += count;
    return found < enough * words;
  });
}

function mostCommon(samples: readonly SampledWords[], most: number): string[] {
  const frequencies = new Map<string, number>();
  for (const { counts } of samples) {
    for (const [word] of counts) frequencies.set(word, (frequencies.get(word) ?? 0) + 1);
  }
  return [...frequencies]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([word]) => word);
}
