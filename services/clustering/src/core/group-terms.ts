import type { DocumentTerms } from "./naming/document-terms.js";
import { addTally, COUNT, emptyTally, STRIDE, type Tally } from "./naming/tally.js";
import { frequentTally, mostFrequent, spelledCounts } from "./naming/term-counts.js";
import type { TermNumbers } from "./naming/term-numbers.js";
import { mostPhrases, type Summary } from "./summary.js";

/** Terms kept for each group and shard: more than can ever matter for the dozen that name it. */
const mostTerms = 1500;

/** The terms of the documents of a group while they are counted. */
export interface GroupTerms {
  /** Number of words that were counted as terms. */
  count: number;
  terms: Tally;
  phrases: Tally;
  written: Tally;
}

export function noTerms(): GroupTerms {
  return { count: 0, terms: emptyTally(), phrases: emptyTally(), written: emptyTally() };
}

/** Counts those of one more document in. Rare phrases are forgotten before they take much memory, and seldom. */
export function addDocumentTerms(group: GroupTerms, { terms, phrases, written }: DocumentTerms, numbers: TermNumbers) {
  for (let row = 0; row < terms.size; row++) group.count += terms.rows[row * STRIDE + COUNT] as number;
  addTally(group.terms, terms);
  addTally(group.phrases, phrases);
  addTally(group.written, written);
  if (group.phrases.size > 8 * mostPhrases) group.phrases = frequentTally(group.phrases, numbers, 2 * mostPhrases);
}

/** What a summary says of the terms of a group, without the rare ones. */
export function summaryOfTerms(
  group: GroupTerms,
  numbers: TermNumbers,
): Pick<Summary, "terms" | "termCounts" | "phraseCounts" | "writtenCounts"> {
  const termCounts = mostFrequent(group.terms, numbers, mostTerms);
  const phraseCounts = spelledCounts(frequentTally(group.phrases, numbers, mostPhrases), numbers);
  const written = spelledCounts(group.written, numbers);
  const writtenCounts = new Map([...written].filter(([form]) => termCounts.has(form.toLowerCase())));
  return { terms: group.count, termCounts, phraseCounts, writtenCounts };
}
