import type { DocumentWords } from "../quality/document-words.js";
import { createMeasures, type Signals } from "../quality/signals.js";
import { documentTerms, type TermCounts, wordTerms } from "../terms.js";
import { createEntries } from "./entries.js";
import { KEPT_SIGNALS, type Look } from "./look.js";
import { createNumberWriter } from "./numbers.js";

/** The looks at some texts, which are kept for whoever needs them with other stop words. */
export interface Survey {
  look(text: string): Look;
  /** All looks so far, for `readSurvey`: the length of the entries (uint32), the entries as JSON, the documents. */
  bytes(): Uint8Array;
}

/**
 * Looks at texts, in one thread.
 *
 * Kept of a document: 1 if its words are cut at white space, which signals are not 0 (a bit each) and their values; each
 * different word by the number of its entry; and its terms where they are not those of its words. The share of common words
 * is the one signal that follows from the corpus, so it is left out: it comes again from the words.
 * @param stopWords lower-case
 */
export function createSurvey(stopWords: ReadonlySet<string>): Survey {
  const entries = createEntries();
  const { measure, notes } = createMeasures(stopWords, (word, bare) => {
    const terms = wordTerms(word);
    return { terms, entry: entries.numberOf(bare, terms) };
  });
  const kept = createNumberWriter();
  const keepSignals = (signals: Signals) => {
    let which = 0;
    KEPT_SIGNALS.forEach((name, i) => {
      if (signals[name] !== 0) which |= 1 << i;
    });
    kept.whole(which);
    for (const name of KEPT_SIGNALS) if (signals[name] !== 0) kept.real(signals[name]);
  };
  // The lowest bit says that it occurs more than once, 0 that the list is over.
  const keepCount = (entry: number, times: number) => {
    kept.whole(2 * (entry + 1) + (times > 1 ? 1 : 0));
    if (times > 1) kept.whole(times);
  };
  const keepWords = ({ distinct, different, times }: DocumentWords) => {
    for (let i = 0; i < distinct; i++) {
      const entry = notes[different[i] as number]?.entry ?? -1;
      if (entry >= 0) keepCount(entry, times[i] as number);
    }
    kept.whole(0);
  };
  const keepTerms = (terms: TermCounts) => {
    for (const [term, times] of terms) keepCount(entries.numberOf(term, term), times);
    kept.whole(0);
  };
  return {
    look(text) {
      const { signals, words } = measure(text);
      const termCounts = documentTerms(text, words, notes);
      kept.whole(words.simple ? 1 : 0);
      keepSignals(signals);
      keepWords(words);
      if (!words.simple) keepTerms(termCounts);
      return { signals, termCounts };
    },
    bytes() {
      const json = Buffer.from(JSON.stringify(entries.all), "utf8");
      const head = Buffer.alloc(4);
      head.writeUInt32LE(json.length);
      return Buffer.concat([head, json, kept.bytes()]);
    },
  };
}
