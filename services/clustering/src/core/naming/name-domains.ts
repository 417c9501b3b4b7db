import { formTitle } from "../forms/form-title.js";
import { textForms } from "../forms/text-forms.js";
import type { Summary } from "../summary.js";
import { classTerms } from "./class-terms.js";
import { conceptsOf } from "./concepts.js";
import { spellings, titlesOf } from "./titles.js";
import { asWritten } from "./word-notes.js";

/** How a group of documents is named. */
export interface Name {
  /** One line, different from those of all other groups; empty if nothing is telling. */
  title: string;
  /** Words and phrases, most telling first, as they are mostly written. */
  terms: string[];
  /** Share of the documents that have a form, by the form's name; those that have none are running text. */
  forms: Record<string, number>;
}

/** More than are shown, because many words are parts of phrases. */
const MOST_CANDIDATES = 60;

/**
 * Names groups of documents by what tells them from each other.
 * @param summaries of the groups
 * @param commonWords words that can hardly name anything, lower-case
 */
export function nameDomains(summaries: readonly Summary[], commonWords: ReadonlySet<string>): Name[] {
  const totals = summaries.map(({ terms }) => terms);
  const telling = (of: "termCounts" | "phraseCounts") =>
    classTerms(
      summaries.map((summary) => summary[of]),
      totals,
      commonWords,
      MOST_CANDIDATES,
    );
  const [words, phrases] = [telling("termCounts"), telling("phraseCounts")];
  const named = summaries.map((summary, i) => {
    const { termCounts, phraseCounts, writtenCounts, forms, documents } = summary;
    const candidates = { words: words[i] ?? [], phrases: phrases[i] ?? [] };
    const concepts = conceptsOf({ ...candidates, wordCounts: termCounts, phraseCounts });
    const spelling = spellings(writtenCounts, [termCounts, phraseCounts]);
    const spelled = concepts.map(
      (concept) =>
        spelling.get(concept) ??
        concept
          .split(" ")
          .map((word) => spelling.get(word) ?? word)
          .join(" "),
    );
    const shares = Array.from(forms, (count) => count / Math.max(1, documents));
    return { concepts: spelled, shares, form: formTitle(shares) };
  });
  const titles = titlesOf(named);
  return named.map(({ concepts, shares }, i) => ({
    title: titles[i] as string,
    terms: concepts.map(asWritten),
    forms: Object.fromEntries(textForms.flatMap((form, f) => ((shares[f] ?? 0) > 0 ? [[form, shares[f] ?? 0]] : []))),
  }));
}
