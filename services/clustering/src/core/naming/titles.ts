import { sharesWord } from "./concepts.js";
import type { TermCounts } from "./term-counts.js";
import { asWritten } from "./word-terms.js";

/** What a title is made of. */
export interface Titled {
  /** The form of the domain's documents, in words; empty for running text. */
  form: string;
  /** What it is about, most telling first. */
  concepts: readonly string[];
}

const [MOST_TOPICS, MOST_TOPICS_OF_FORM] = [3, 2];
/** A third topic is left out where the title would be longer than a table's cell. */
const LONG_TITLE = 44;

/**
 * One line for each domain: the form of its documents, if they have one, and two or three things that they are about, with a
 * capital letter at the beginning. No two are equal, and none speaks of what an earlier one is called after unless it has
 * nothing else to say. Empty for a domain without form and topic.
 */
export function titlesOf(domains: readonly Titled[]): string[] {
  const taken: string[] = [];
  const titles = new Set<string>();
  const made = domains.map(({ form, concepts }) => {
    const own = concepts.filter((concept) => !taken.some((other) => other === concept));
    const most = form === "" ? MOST_TOPICS : MOST_TOPICS_OF_FORM;
    const topics = chosenTopics(own.length > 0 ? own : concepts, most);
    let title = titleOf(form, topics);
    for (const further of concepts) {
      if (title === "" || !titles.has(title)) break;
      if (!topics.includes(further)) title = titleOf(form, [...topics, further]);
    }
    titles.add(title);
    taken.push(...topics);
    return title;
  });
  return distinct(made);
}

/** Titles of which no two are equal: what was said before gets a number. Empty ones stay empty. */
export function distinct(titles: readonly string[]): string[] {
  const known = new Set<string>();
  return titles.map((bare) => {
    let title = bare;
    for (let n = 2; title !== "" && known.has(title); n++) title = `${bare} (${n})`;
    known.add(title);
    return title;
  });
}

function chosenTopics(concepts: readonly string[], most: number): string[] {
  const topics: string[] = [];
  for (const concept of concepts) {
    if (topics.length === most) break;
    if (topics.some((other) => sharesWord(concept.toLowerCase(), other.toLowerCase()))) continue;
    const isLong = topics.length > 1 && [...topics, concept].join(", ").length > LONG_TITLE;
    if (!isLong) topics.push(concept);
  }
  return topics;
}

function titleOf(form: string, topics: readonly string[]): string {
  const line = topics.map(asWritten).join(", ");
  if (form === "") return capitalised(line);
  return line === "" ? capitalised(form) : `${capitalised(form)}: ${line}`;
}

function capitalised(line: string): string {
  const first = String.fromCodePoint(line.codePointAt(0) ?? 0);
  // Georgian has capital letters, but no word begins with one; nor is a name like "iPhone" written with one.
  if (line === "" || /\p{Script=Georgian}/u.test(first) || /^\p{Ll}\p{Lu}/u.test(line)) return line;
  return first.toUpperCase() + line.slice(first.length);
}

const LONGEST_ABBREVIATION = 5;

function isShouted(form: string): boolean {
  return form === form.toUpperCase() && form !== form.toLowerCase() && form.length > LONGEST_ABBREVIATION;
}

// So much of a term's occurrences must be written in another way than in small letters for it to be known so.
const mostlyWritten = 0.6;

/**
 * How words are mostly written, by their spelling in small letters: "dna" as "DNA".
 * @param counts of the words in small letters, however they are written
 */
export function spellings(written: TermCounts, counts: TermCounts): Map<string, string> {
  const best = new Map<string, { form: string; count: number }>();
  for (const [form, count] of written) {
    const term = form.toLowerCase();
    const known = best.get(term);
    if (!known || count > known.count || (count === known.count && form < known.form)) best.set(term, { form, count });
  }
  const found = new Map<string, string>();
  for (const [term, { form, count }] of best) {
    // Headings in capitals are no abbreviations.
    if (isShouted(form)) continue;
    const all = counts.get(term) ?? 0;
    if (count >= mostlyWritten * all) found.set(term, form);
  }
  return found;
}
