import { wordsOf } from "@climb/text";
import { qualityScore, rules, violations } from "./rules.js";
import { bareWord } from "./segments.js";
import { createSignals } from "./signals.js";

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
  /** Of the stop words, those of languages that few of the documents are written in. */
  foreign: string[];
}

/** A sample shows the common words long before its end. */
const MOST_CHARACTERS = 20_000;
const FAIR_QUALITY = 4;
const STOP_WORDS = 64;
const NAMELESS_WORDS = 200;
/** A language has at least so many documents of the sample, and so large a share of it. */
const FEWEST_DOCUMENTS = 5;
const LEAST_SHARE = 0.002;
/** Words that led to no language; each costs a pass over the documents that are left. */
const MOST_TRIED = 400;
/** A language is known by so many words at most, which cover this share of its documents. */
const MOST_STOP_WORDS = 512;
const MOSTLY = 0.98;

const foreignWords = rules.find(({ signal }) => signal === "commonWords");
const enough = foreignWords?.good ?? 0;
/** A document with fewer of a language's words is of another one. */
const KIN_SHARE = 0.005;

const signalsOf = createSignals(new Set());

/** The words of one sampled document. */
export function sampleWords(text: string): SampledWords {
  const beginning = text.slice(0, MOST_CHARACTERS);
  const { words } = wordsOf(beginning);
  const counts = new Map<string, number>();
  for (const word of words) {
    const bare = bareWord(word);
    if (bare !== "" && /^\p{L}/u.test(bare)) counts.set(bare, (counts.get(bare) ?? 0) + 1);
  }
  // Its common words are not known yet: as if there were enough of them.
  const broken = violations({ ...signalsOf(beginning), commonWords: enough });
  return { counts: [...counts], words: words.length, fair: qualityScore(broken) >= FAIR_QUALITY };
}

/**
 * The words that the most documents contain: the stop words of the corpus's own languages. Gopher asks for two of eight
 * English words; frequency asks the same of any language. The most common words of all documents come first. Documents
 * that have hardly any of them but are good text otherwise are of other languages: those have common words of their own,
 * and so on, until too many languages are left for 64 words. Then the most common word that is left tells the documents
 * of one of them. Machine text is no good text, so it makes no language.
 */
export function chooseCommonWords(samples: readonly SampledWords[]): CommonWords {
  const all = mostCommon(documentFrequencies(samples), NAMELESS_WORDS);
  const stopWords = new Set(all.slice(0, STOP_WORDS));
  const fewest = Math.max(FEWEST_DOCUMENTS, LEAST_SHARE * samples.length);
  let left = uncovered(
    samples.filter(({ fair }) => fair),
    stopWords,
  );
  const add = (found: readonly string[], rest: SampledWords[], least: number) => {
    if (left.length - rest.length < least) return false;
    for (const word of found) stopWords.add(word);
    left = rest;
    return true;
  };
  const most = () => mostCommon(documentFrequencies(left), STOP_WORDS);
  for (let found = most(); left.length >= fewest; found = most()) {
    if (!add(found, uncovered(left, new Set(found)), Math.max(fewest, left.length / 2))) break;
  }
  const tried = new Set<string>();
  while (left.length >= fewest && tried.size < MOST_TRIED) {
    const seed = seedWord(documentFrequencies(left), tried, fewest);
    if (seed === undefined) break;
    tried.add(seed);
    const { found, rest } = ownWords(withWord(left, seed), left);
    add(found, rest, fewest);
  }
  const common = new Set(all);
  const foreign = [...stopWords].filter((word) => !common.has(word));
  return { stopWords: [...stopWords], nameless: [...common, ...foreign], foreign };
}

/**
 * The common words of the documents that one language is thought to be written in, and the documents that still are of
 * others. Where endings do the work of small words, as in Finnish or Inuktitut, more words are needed for the same share.
 */
function ownWords(speakers: readonly SampledWords[], left: readonly SampledWords[]) {
  const frequencies = documentFrequencies(speakers);
  for (const [word, count] of frequencies) if (count < 2) frequencies.delete(word);
  for (let most = STOP_WORDS; ; most *= 2) {
    const found = mostCommon(frequencies, most);
    const rest = uncovered(left, new Set(found));
    // Those of the language that happen not to have the seed have a few of its words.
    const foreign = uncovered(left, new Set(found), KIN_SHARE).length;
    if (rest.length <= foreign + (1 - MOSTLY) * speakers.length || most === MOST_STOP_WORDS) return { found, rest };
  }
}

/** The word that the most documents have and that was not tried, if enough have it. */
function seedWord(frequencies: ReadonlyMap<string, number>, tried: ReadonlySet<string>, fewest: number) {
  let [seed, most]: [string | undefined, number] = [undefined, fewest];
  for (const [word, count] of frequencies) {
    if (count < most || tried.has(word)) continue;
    if (count > most || seed === undefined || word < seed) [seed, most] = [word, count];
  }
  return seed;
}

function withWord(samples: readonly SampledWords[], wanted: string): SampledWords[] {
  return samples.filter(({ counts }) => counts.some(([word]) => word === wanted));
}

/** The documents of which too few words are among the given ones. @param share 0 to 1 */
function uncovered(
  samples: readonly SampledWords[],
  among: ReadonlySet<string>,
  share: number = enough,
): SampledWords[] {
  return samples.filter(({ counts, words }) => {
    let found = 0;
    for (const [word, count] of counts) if (among.has(word)) found += count;
    return found < share * words;
  });
}

/** In how many of the documents each word occurs. */
function documentFrequencies(samples: readonly SampledWords[]): Map<string, number> {
  const frequencies = new Map<string, number>();
  for (const { counts } of samples) {
    for (const [word] of counts) frequencies.set(word, (frequencies.get(word) ?? 0) + 1);
  }
  return frequencies;
}

function mostCommon(frequencies: ReadonlyMap<string, number>, most: number): string[] {
  return [...frequencies]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([word]) => word);
}
