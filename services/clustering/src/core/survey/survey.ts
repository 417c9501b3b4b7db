import { isOfIdentifiers } from "../forms/form-title.js";
import { formOf, type TextForm, textForms } from "../forms/text-forms.js";
import { createDocumentTerms } from "../naming/document-terms.js";
import { createTermNumbers, type TermNumbers } from "../naming/term-numbers.js";
import { unspacedTerms } from "../naming/unspaced-terms.js";
import { onlyTerm, wordTerms } from "../naming/word-terms.js";
import { MOST_BEGINNING } from "../quality/document-words.js";
import { createMeasures, type Signals } from "../quality/signals.js";
import { createEntries } from "./entries.js";
import { KEPT_SIGNALS, type Look } from "./look.js";
import { createNumberWriter } from "./numbers.js";

/** The looks at some texts, which are kept for whoever needs them with other stop words. */
export interface Survey {
  look(text: string): Look;
  /** How terms are spelled, by their numbers in the looks. */
  numbers: TermNumbers;
  /** All looks so far, for `readSurvey`: the length of the entries (uint32), the entries as JSON, the documents. */
  bytes(): Uint8Array;
}

const UNKNOWN = -1;

/**
 * Looks at texts, in one thread.
 *
 * Kept of a document: its form, and whether its words are cut at white space; which signals are not 0 (a bit each) and their
 * values; each different word by the number of its entry; and the entries of the words of its beginning one by one. Where words
 * are cut elsewhere, the latter are all words that naming finds, and alone make the terms. Two things follow from the corpus,
 * so they are left out and come again from the words: the share of common words, and phrases, which stop at them.
 * @param stopWords lower-case
 */
export function createSurvey(stopWords: ReadonlySet<string>): Survey {
  const numbers = createTermNumbers(stopWords);
  const documentTerms = createDocumentTerms(numbers);
  const entries = createEntries(numbers);
  // By the numbers of words: their entries in running text and in program code, once they were asked for.
  const [prose, code]: [number[], number[]] = [[], []];
  const { measure, notes } = createMeasures(stopWords, (word, bare) => {
    // Words are numbered anew when there are too many.
    if (notes.length === 0) prose.length = code.length = 0;
    prose.push(UNKNOWN);
    code.push(UNKNOWN);
    return { word, bare };
  });
  const kept = createNumberWriter();
  // They hold until the next text.
  let ofDifferent = new Int32Array(1 << 12);
  const ofBeginning = new Int32Array(MOST_BEGINNING);
  const entriesOf = (words: Int32Array, count: number, isCode: boolean, found: Int32Array) => {
    const known = isCode ? code : prose;
    for (let i = 0; i < count; i++) {
      const number = words[i] as number;
      if (known[number] === UNKNOWN) {
        const { word, bare } = notes[number] as (typeof notes)[number];
        known[number] = entries.numberOf(bare, wordTerms(word, isCode));
      }
      found[i] = known[number] as number;
    }
    return found.subarray(0, count);
  };
  const keepForm = (form: TextForm | undefined, simple: boolean) => {
    const number = form === undefined ? 0 : textForms.indexOf(form) + 1;
    kept.whole(2 * number + (simple ? 1 : 0));
  };
  const keepSignals = (signals: Signals) => {
    let which = 0;
    KEPT_SIGNALS.forEach((name, i) => {
      if (signals[name] !== 0) which |= 1 << i;
    });
    kept.whole(which);
    for (const name of KEPT_SIGNALS) if (signals[name] !== 0) kept.real(signals[name]);
  };
  const keepCounts = (different: Int32Array, times: Int32Array) => {
    for (let i = 0; i < different.length; i++) {
      const [entry, occurrences] = [different[i] as number, times[i] as number];
      if (entry === 0) continue;
      // The lowest bit says that it occurs more than once, 0 that the list is over.
      kept.whole(2 * entry + (occurrences > 1 ? 1 : 0));
      if (occurrences > 1) kept.whole(occurrences);
    }
    kept.whole(0);
  };
  const keepBeginning = (beginning: ArrayLike<number>) => {
    kept.whole(beginning.length);
    for (let i = 0; i < beginning.length; i++) kept.whole(beginning[i] as number);
  };
  return {
    numbers,
    look(text) {
      const { signals, words } = measure(text);
      const form = formOf(text, signals);
      const { simple, times } = words;
      const isCode = simple && isOfIdentifiers(form);
      if (words.distinct > ofDifferent.length) ofDifferent = new Int32Array(2 * words.distinct);
      const different = entriesOf(words.different, words.distinct, isCode, ofDifferent);
      const beginning = simple
        ? entriesOf(words.beginning, words.beginnings, isCode, ofBeginning)
        : unspacedTerms(text).map((terms) => entries.numberOf(onlyTerm(terms), terms));
      keepForm(form, simple);
      keepSignals(signals);
      keepCounts(different, times);
      keepBeginning(beginning);
      const counted = simple ? { different, times } : { different: beginning };
      return { signals, form, terms: documentTerms({ ...counted, beginning, terms: entries.terms }) };
    },
    bytes() {
      const json = Buffer.from(entries.json(), "utf8");
      const head = Buffer.alloc(4);
      head.writeUInt32LE(json.length);
      return Buffer.concat([head, json, kept.bytes()]);
    },
  };
}
