import { eachTerm } from "./tokenizer.js";

/** The terms of a model, in index order, with their inverse document frequencies. */
export interface Vocabulary {
  terms: string[];
  /** ln((1 + n) / (1 + df)) + 1, as scikit-learn's smoothed form. */
  idf: Float32Array;
}

export interface VocabularyOptions {
  /** Largest number of terms. */
  maxTerms: number;
  /** Terms in fewer documents are dropped. */
  minDocuments: number;
  /** Terms in a larger share of the documents are dropped; 0 to 1. */
  maxShare: number;
}

/** Distinct terms held while counting; beyond it the rarest are forgotten, so memory does not grow with the corpus. */
const MAX_COUNTED = 3_000_000;

/** Counts in how many documents each term occurs. */
export interface TermCounter {
  add(text: string): void;
  /** Adds what was counted elsewhere: terms, and in how many of so many documents each occurs. */
  addCounted(terms: readonly string[], frequencies: Uint32Array, documents: number): void;
  /** Documents added so far. */
  readonly documents: number;
  choose(options: VocabularyOptions): Vocabulary;
}

/** @param maxCounted distinct terms held at once; only tests lower it */
export function createTermCounter(maxCounted = MAX_COUNTED): TermCounter {
  // Two numbers a term in one small array object: document frequency, and the last document it was counted in.
  let counts = new Map<string, Uint32Array>();
  let documents = 0;
  const count = (term: string) => {
    const entry = counts.get(term);
    if (entry === undefined) {
      counts.set(detached(term), Uint32Array.of(1, documents));
    } else if (entry[1] !== documents) {
      entry[0] = (entry[0] as number) + 1;
      entry[1] = documents;
    }
  };
  return {
    get documents() {
      return documents;
    },
    add(text) {
      documents++;
      eachTerm(text, count);
      if (counts.size > maxCounted) counts = withoutRarest(counts, maxCounted / 2);
    },
    addCounted(terms, frequencies, counted) {
      documents += counted;
      for (const [i, term] of terms.entries()) {
        const entry = counts.get(term);
        if (entry) entry[0] = (entry[0] as number) + (frequencies[i] as number);
        else counts.set(term, Uint32Array.of(frequencies[i] as number, documents));
      }
      if (counts.size > maxCounted) counts = withoutRarest(counts, maxCounted / 2);
    },
    choose: (options) => choose(counts, documents, options),
  };
}

/**
 * A copy of a term that does not keep the text alive which it was cut from (V8 cuts strings as views).
 */
function detached(term: string): string {
  return term.length < 13 ? term : String.fromCharCode(...Array.from(term, (_, i) => term.charCodeAt(i)));
}

function withoutRarest(counts: Map<string, Uint32Array>, most: number): Map<string, Uint32Array> {
  let kept = counts;
  for (let least = 2; kept.size > most; least++) {
    kept = new Map([...kept].filter(([, entry]) => (entry[0] as number) >= least));
  }
  return kept;
}

/**
 * Like `choose`, but a small corpus that leaves fewer than `wanted` terms is asked again with milder limits: first rare
 * terms are let in, then frequent ones.
 */
export function chooseAtLeast(counter: TermCounter, options: VocabularyOptions, wanted: number): Vocabulary {
  let vocabulary = counter.choose(options);
  for (let least = options.minDocuments - 1; least >= 1 && vocabulary.terms.length < wanted; least--) {
    vocabulary = counter.choose({ ...options, minDocuments: least });
  }
  return vocabulary.terms.length < wanted ? counter.choose({ ...options, minDocuments: 1, maxShare: 1 }) : vocabulary;
}

function choose(counts: Map<string, Uint32Array>, documents: number, options: VocabularyOptions): Vocabulary {
  const most = Math.max(options.maxShare * documents, options.minDocuments);
  const frequent = [...counts]
    .map(([term, entry]) => ({ term, documents: entry[0] as number }))
    .filter((entry) => entry.documents >= options.minDocuments && entry.documents <= most);
  // By code unit, not by locale: the order must be the same on every machine.
  const byTerm = (a: { term: string }, b: { term: string }) => (a.term < b.term ? -1 : 1);
  const chosen = frequent
    .sort((a, b) => b.documents - a.documents || byTerm(a, b))
    .slice(0, options.maxTerms)
    .sort(byTerm);
  return {
    terms: chosen.map((entry) => entry.term),
    idf: Float32Array.from(chosen, (entry) => Math.log((1 + documents) / (1 + entry.documents)) + 1),
  };
}
