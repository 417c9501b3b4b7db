import { formTitle, isTopical } from "../forms/form-title.js";
import { textForms } from "../forms/text-forms.js";
import type { Summary } from "../summary.js";
import { classTerms } from "./class-terms.js";
import { conceptsOf, sharesWord } from "./concepts.js";
import { functionWords } from "./function-words.js";
import { spellings, titlesOf } from "./titles.js";
import { asWritten } from "./word-terms.js";

/** How a group of documents is named. */
export interface Name {
  /** One line, different from those of all other groups; empty if nothing is telling. */
  title: string;
  /** Words and phrases, most telling first, as they are mostly written. */
  terms: string[];
  /** Share of the documents that have a form, by the form's name; those that have none are running text. */
  forms: Record<string, number>;
}

/** Words of the corpus that say little of what it is about, lower-case. */
export interface WeakWords {
  /** The most common ones: they name something where they are many times as frequent as elsewhere. */
  common: ReadonlySet<string>;
  /** The common ones of languages that few documents are written in, and all of those use: they name nothing. */
  foreign: ReadonlySet<string>;
}

/** More than are shown, because many words are parts of phrases. */
const MOST_CANDIDATES = 150;

/**
 * Names groups of documents by what tells them from each other.
 * @param summaries of the groups
 */
export function nameDomains(summaries: readonly Summary[], { common, foreign }: WeakWords): Name[] {
  const isEmpty = (term: string) => {
    const words = term.split(" ");
    return [words[0], words.at(-1)].some((word = "") => functionWords.has(word) || foreign.has(word));
  };
  const totals = summaries.map(({ terms }) => terms);
  const telling = (of: "termCounts" | "phraseCounts") =>
    classTerms(
      summaries.map((summary) => summary[of]),
      totals,
      common,
      isEmpty,
      MOST_CANDIDATES,
    );
  const [words, phrases] = [telling("termCounts"), telling("phraseCounts")];
  const named = summaries.map((summary, i) => {
    const { termCounts, phraseCounts, writtenCounts, forms, documents } = summary;
    const candidates = { words: words[i] ?? [], phrases: phrases[i] ?? [] };
    const concepts = conceptsOf({ ...candidates, common, wordCounts: termCounts, phraseCounts });
    const spelling = spellings(writtenCounts, termCounts);
    const spelled = concepts.map((concept) =>
      concept
        .split(" ")
        .map((word) => spelling.get(word) ?? word)
        .join(" "),
    );
    const shares = Array.from(forms, (count) => count / Math.max(1, documents));
    const form = formTitle(shares);
    // "Licence texts: license" says it twice.
    const topics = spelled.filter((concept) => !sharesWord(concept.toLowerCase(), form.toLowerCase()));
    return { terms: spelled, concepts: isTopical(form) ? topics : [], shares, form };
  });
  const titles = titlesOf(named);
  return named.map(({ terms, shares }, i) => ({
    title: titles[i] as string,
    terms: terms.map(asWritten),
    forms: Object.fromEntries(textForms.flatMap((form, f) => ((shares[f] ?? 0) > 0 ? [[form, shares[f] ?? 0]] : []))),
  }));
}
