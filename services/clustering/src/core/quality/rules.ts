import { type Rule, rule } from "./rule.js";
import type { Signals } from "./signals.js";

const gopher = "Gopher, arXiv 2112.11446, table A1";
const fineWeb = "FineWeb, arXiv 2406.17557, section 3.6";
const c4 = "C4, arXiv 1910.10683, section 2.2";
const own = "ours: text made by machines for machines";

/**
 * The rules. The published limits are hard cuts on web pages; here each is the point where the cost begins, because a
 * whole cluster is judged, by the mean of its documents. Rules that break on any tabular, indented or bulleted text
 * cost little: alone they never prune. Rules made for running text do not apply to program code.
 */
export const rules: readonly Rule[] = [
  rule({
    name: "foreign-words",
    signal: "commonWords",
    good: 0.08,
    bad: 0.02,
    code: undefined,
    cost: 0.75,
    fault: "hardly any of the corpus's most frequent words",
    source: `${gopher} (two stop words), by frequency instead of an English list`,
  }),
  rule({
    name: "long-words",
    signal: "meanWordLength",
    good: 10,
    bad: 15,
    code: { good: 14, bad: 22 },
    // Greenlandic and its like put whole clauses into a word.
    unless: ({ commonWords, alphabeticWords, punctuation }) =>
      commonWords >= 0.08 && alphabeticWords >= 0.9 && punctuation <= 0.1,
    cost: 0.7,
    fault: "words of machine length",
    source: gopher,
  }),
  rule({ name: "digits", signal: "digits", good: 0.15, bad: 0.35, cost: 0.7, fault: "mostly digits", source: own }),
  rule({
    name: "non-words",
    signal: "alphabeticWords",
    good: 0.8,
    bad: 0.4,
    code: { good: 0.5, bad: 0.2 },
    cost: 0.4,
    fault: "few words with letters",
    source: gopher,
  }),
  rule({
    name: "punctuation",
    signal: "punctuation",
    good: 0.25,
    bad: 0.45,
    code: { good: 0.35, bad: 0.5 },
    cost: 0.4,
    fault: "mostly punctuation",
    source: own,
  }),
  rule({
    name: "markup",
    signal: "markup",
    good: 0.1,
    bad: 0.3,
    // Components written with markup in the code are code.
    code: { good: 0.25, bad: 0.5 },
    cost: 0.7,
    fault: "mostly markup",
    source: `${c4} and ${fineWeb} score extracted text; this finds what was not extracted`,
  }),
  rule({
    name: "opaque",
    signal: "opaque",
    good: 0.03,
    bad: 0.15,
    cost: 0.7,
    fault: "digests and generated identifiers",
    source: own,
  }),
  rule({
    name: "boilerplate",
    signal: "boilerplate",
    good: 0.3,
    bad: 1,
    cost: 0.8,
    fault: "legal or site boilerplate",
    source: `${c4} (policy, cookie, lorem ipsum, JavaScript notices), as a rate, with licence formulas`,
  }),
  rule({
    name: "duplicate-lines",
    signal: "duplicateLines",
    good: 0.2,
    bad: 0.5,
    code: { good: 0.3, bad: 0.6 },
    cost: 0.4,
    fault: "the same lines again and again",
    source: gopher,
  }),
  rule({
    name: "duplicate-paragraphs",
    signal: "duplicateParagraphs",
    good: 0.2,
    bad: 0.5,
    code: { good: 0.3, bad: 0.6 },
    cost: 0.4,
    fault: "the same paragraphs again and again",
    source: gopher,
  }),
  rule({
    name: "duplicate-5-grams",
    signal: "duplicate5grams",
    good: 0.15,
    bad: 0.4,
    code: { good: 0.3, bad: 0.6 },
    cost: 0.4,
    fault: "repeated runs of five words",
    source: gopher,
  }),
  rule({
    name: "duplicate-10-grams",
    signal: "duplicate10grams",
    good: 0.1,
    bad: 0.3,
    code: { good: 0.25, bad: 0.5 },
    cost: 0.32,
    fault: "repeated runs of ten words",
    source: gopher,
  }),
  rule({
    name: "top-2-gram",
    signal: "top2gram",
    good: 0.2,
    bad: 0.4,
    cost: 0.3,
    fault: "one pair of words over and over",
    source: gopher,
  }),
  rule({
    name: "top-4-gram",
    signal: "top4gram",
    good: 0.16,
    bad: 0.35,
    cost: 0.3,
    fault: "one run of four words over and over",
    source: gopher,
  }),
  rule({
    name: "symbols",
    signal: "symbolsPerWord",
    good: 0.1,
    bad: 0.3,
    code: undefined,
    cost: 0.2,
    fault: "hash marks and ellipses between the words",
    source: gopher,
  }),
  rule({
    name: "ellipses",
    signal: "ellipsisLines",
    good: 0.3,
    bad: 0.6,
    code: undefined,
    cost: 0.2,
    fault: "lines cut off by an ellipsis",
    source: gopher,
  }),
  rule({
    name: "bullets",
    signal: "bulletLines",
    good: 0.9,
    bad: 1,
    code: undefined,
    cost: 0.1,
    fault: "nothing but bullet points",
    source: gopher,
  }),
  rule({
    name: "line-ends",
    signal: "terminalLines",
    good: 0.12,
    bad: 0,
    code: undefined,
    cost: 0.1,
    fault: "hardly a line that ends a sentence",
    source: fineWeb,
  }),
  rule({
    name: "short-lines",
    signal: "shortLines",
    good: 0.67,
    bad: 1,
    code: undefined,
    cost: 0.1,
    fault: "mostly very short lines",
    source: fineWeb,
  }),
  rule({
    name: "letter-order",
    signal: "letterOrder",
    good: 0.7,
    bad: 0.5,
    code: undefined,
    cost: 0.75,
    fault: "letters in an order that no language has",
    source: "ours: Pearson's φ² of neighbouring letters, which needs to know no language",
  }),
  rule({
    name: "few-words",
    signal: "words",
    good: 20,
    bad: 5,
    cost: 0.3,
    fault: "hardly any text",
    source: `${gopher} (50 words), lowered because short answers are good text`,
  }),
];

/** From this likeness on a text counts as program code; see {@link Signals}. */
const codeFrom = 0.6;

/** Whether a text is program code that people write. */
export function isCode({ code }: Pick<Signals, "code">): boolean {
  return code >= codeFrom;
}

/** How far (0 to 1) a document breaks each of {@link rules}, in their order. */
export function violations(signals: Signals): Float64Array {
  const ofCode = isCode(signals);
  return Float64Array.from(rules, (rule) => {
    const limits = ofCode ? rule.code : rule;
    if (limits === undefined || rule.unless?.(signals)) return 0;
    const broken = (signals[rule.signal] - limits.good) / (limits.bad - limits.good);
    return Math.min(1, Math.max(0, broken));
  });
}

/** Quality of a document, 0 (throw away) to 5: five times what the broken rules leave of 1. */
export function qualityScore(broken: ArrayLike<number>): number {
  let cost = 0;
  rules.forEach((rule, i) => {
    cost += rule.cost * (broken[i] as number);
  });
  return 5 * Math.max(0, 1 - cost);
}
