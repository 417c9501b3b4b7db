import { graphemeCount, wordsOf } from "@climb/text";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boilerplateRate } from "./boilerplate.js";
import { bareWord } from "./segments.js";
import { createSignals } from "./signals.js";

/** The signals of words as their definitions read, with strings and no shortcuts. */
function plainly(text: string, commonWords: ReadonlySet<string>) {
  const { words, unspaced } = wordsOf(text);
  const n = Math.max(1, words.length);
  const lettered = words.filter((word) => /\p{L}/u.test(word));
  const isUpper = (word: string) => word.length > 1 && word === word.toUpperCase() && word !== word.toLowerCase();
  return {
    words: words.length,
    meanWordLength: words.reduce((sum, word) => sum + graphemeCount(word), 0) / n,
    alphabeticWords: lettered.length / n,
    commonWords: lettered.filter((word) => commonWords.has(bareWord(word))).length / n,
    uniqueWords: new Set(words).size / n,
    upperCaseWords: lettered.filter(isUpper).length / n,
    unspaced: words.length > 0 ? unspaced / words.length : 0,
    top2gram: topShare(words, 2),
    top4gram: topShare(words, 4),
    duplicate5grams: repeatedShare(words, 5),
    duplicate10grams: repeatedShare(words, 10),
    opaque: opaquePlainly(text),
    boilerplate: boilerplateRate(text, words.length),
  };
}

const runsOf = (words: readonly string[], n: number) =>
  words.slice(n - 1).map((_, i) => words.slice(i, i + n).join("\n"));
const lengthOf = (words: readonly string[]) => words.reduce((sum, word) => sum + word.length, 0);

function topShare(words: readonly string[], n: number): number {
  const counts = new Map<string, number>();
  let [best, bestAt] = [1, -1];
  runsOf(words, n).forEach((run, i) => {
    counts.set(run, (counts.get(run) ?? 0) + 1);
    if ((counts.get(run) as number) > best) [best, bestAt] = [counts.get(run) as number, i];
  });
  return bestAt < 0 ? 0 : Math.min(1, (best * lengthOf(words.slice(bestAt, bestAt + n))) / lengthOf(words));
}

function repeatedShare(words: readonly string[], n: number): number {
  const runs = runsOf(words, n);
  const covered = new Set<number>();
  runs.forEach((run, i) => {
    if (runs.indexOf(run) < i) for (let j = i; j < i + n; j++) covered.add(j);
  });
  return words.length > 0 ? lengthOf(words.filter((_, j) => covered.has(j))) / lengthOf(words) : 0;
}

function opaquePlainly(text: string): number {
  const opaque = [...text.matchAll(/[A-Za-z0-9+=]{16,}/gu)].map(([token]) => token);
  const changes = (token: string) =>
    [...token].filter((_, i) => i > 0 && /\d/.test(token[i] as string) !== /\d/.test(token[i - 1] as string));
  return text.length > 0 ? lengthOf(opaque.filter((token) => changes(token).length >= 3)) / text.length : 0;
}

const pieces = fc.oneof(
  fc.constantFrom(
    "the",
    "The",
    "of",
    "a",
    "Is",
    "NASA",
    "THE",
    "1905",
    "…",
    "---",
    "it's",
    "(of)",
    "मैं",
    "наука",
    "ὈΔΟΣ",
  ),
  fc.constantFrom("this license", "all rights reserved", "without\nany warranty", "“as is”", "as-is", "PRIVACY-POLICY"),
  fc.constantFrom("a1b2c3d4e5f6a7b8", "0123456789abcdef0", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "1a2b3c4d5e6f7g8"),
  fc.constantFrom("我爱东京。", "ภาษาไทย", "\u{1d49c}\u{1d49c}", "🙂", "\ud800", "e\u0301", "\u0f40\u0f0b\u0f40"),
  fc.string({ maxLength: 6 }),
  fc.string({ unit: "binary", maxLength: 4 }),
);
const separators = fc.constantFrom(" ", " ", " ", "\n", "\n\n", "", "\t", "\u00a0", "\u2003", "-", ", ");
const texts = fc
  .array(fc.tuple(pieces, separators), { maxLength: 60 })
  .map((parts) => parts.map(([piece, separator]) => piece + separator).join(""));

describe("the signals of a document", () => {
  const commonWords = new Set(["the", "of", "a", "is", "наука", "मैं", "东京", "ὀδος"]);
  // One measure for all texts: what it keeps from one must change nothing in the next.
  const signalsOf = createSignals(commonWords);

  it("are to the bit what their plain definitions say, in any script and whatever came before", () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 4 }), (text, times) => {
        const repeated = text.repeat(times);
        expect(signalsOf(repeated)).toMatchObject(plainly(repeated, commonWords));
      }),
      { numRuns: 400 },
    );
  });
});
