import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textForms } from "../forms/text-forms.js";
import { emptySummary, type Summary } from "../summary.js";
import { classTerms } from "./class-terms.js";
import { conceptsOf } from "./concepts.js";
import { nameDomains } from "./name-domains.js";
import { countIn, emptyTally, NONE } from "./tally.js";
import { frequentSample, frequentTally, mostFrequent, spelledCounts } from "./term-counts.js";
import { createTermNumbers } from "./term-numbers.js";
import { spellings, titlesOf } from "./titles.js";

const countsOf = (counts: Record<string, number>) => new Map(Object.entries(counts));

describe("classTerms", () => {
  it("weighs terms as the formula of BERTopic does, times their rarity among the classes", () => {
    const classes = [countsOf({ cell: 30, the: 70 }), countsOf({ court: 20, the: 80 })];
    const [first] = classTerms(classes, [100, 100], new Set(), () => false);
    // tf = 30 / 100, A = 100 words a class, f = 30, one of two classes uses it; "the" is as common elsewhere and says nothing.
    expect(first).toEqual([{ term: "cell", weight: 0.3 * Math.log(1 + 100 / 30) * Math.log(3 / 1) }]);
  });

  it("leaves out the common words, and phrases of nothing else, even when there is one class", () => {
    const [only] = classTerms(
      [countsOf({ the: 50, star: 9, "the other": 9 })],
      [59],
      new Set(["the", "other"]),
      () => false,
    );
    expect(only?.map(({ term }) => term)).toEqual(["star"]);
  });
});

describe("conceptsOf", () => {
  const weighted = (...terms: string[]) => terms.map((term, i) => ({ term, weight: 100 - i }));

  it("names a word by the phrase that it mostly stands in, and no word that is a part or form of another concept", () => {
    const concepts = conceptsOf({
      words: weighted("court", "supreme", "courts", "plaintiff"),
      phrases: [],
      common: new Set(),
      wordCounts: countsOf({ court: 100, supreme: 60, courts: 30, plaintiff: 40 }),
      phraseCounts: countsOf({}),
    });
    expect(concepts).toEqual(["court", "supreme", "plaintiff"]);
    const withPhrases = conceptsOf({
      words: weighted("court", "supreme", "courts", "plaintiff"),
      phrases: [{ term: "supreme court", weight: 1 }],
      common: new Set(),
      wordCounts: countsOf({ court: 100, supreme: 60, courts: 30, plaintiff: 40 }),
      phraseCounts: countsOf({ "supreme court": 55 }),
    });
    expect(withPhrases).toEqual(["supreme court", "plaintiff"]);
  });

  it("prefers the longer phrase where the shorter hardly stands alone, and leaves out words that happened to meet", () => {
    const concepts = conceptsOf({
      words: weighted("diabetes", "insulin"),
      phrases: [
        { term: "sugar diabetes", weight: 1 },
        { term: "blood sugar", weight: 1 },
        { term: "blood sugar levels", weight: 1 },
        { term: "high blood", weight: 1 },
      ],
      common: new Set(["high", "insulin"]),
      wordCounts: countsOf({ diabetes: 90, insulin: 50, blood: 60, sugar: 50, levels: 45 }),
      phraseCounts: countsOf({ "sugar diabetes": 3, "blood sugar": 40, "blood sugar levels": 30, "high blood": 50 }),
    });
    expect(concepts).toEqual(["diabetes", "insulin", "blood sugar levels"]);
  });
});

describe("titles", () => {
  it("say the form and two topics, or three topics that share no word, with a capital letter", () => {
    const concepts = ["cell", "cell wall", "immune system", "virus", "bacteria"];
    expect(titlesOf([{ form: "", concepts }])).toEqual(["Cell, immune system, virus"]);
    expect(titlesOf([{ form: "licence texts", concepts: ["copyright holder", "warranty", "patent"] }])).toEqual([
      "Licence texts: copyright holder, warranty",
    ]);
    expect(titlesOf([{ form: "", concepts: ["机器 学习", "数据"] }])).toEqual(["机器学习, 数据"]);
    expect(titlesOf([{ form: "", concepts: [] }])).toEqual([""]);
  });

  it("are never the same, whatever the domains have in common", () => {
    const concept = fc.constantFrom("tide", "low tide", "harbour", "anchor", "reef");
    const domain = fc.record({ form: fc.constantFrom("", "JSON", "Go code"), concepts: fc.uniqueArray(concept) });
    fc.assert(
      fc.property(fc.array(domain, { maxLength: 12 }), (domains) => {
        const named = titlesOf(domains).filter((title) => title !== "");
        expect(new Set(named).size).toBe(named.length);
      }),
    );
  });

  it("write a term as it is mostly written", () => {
    const written = countsOf({ DNA: 8, Dna: 1, Court: 2, Supreme: 9, CONCLUSION: 9 });
    const found = spellings(written, countsOf({ dna: 10, court: 10, supreme: 10, conclusion: 10 }));
    expect(Object.fromEntries(found)).toEqual({ dna: "DNA", supreme: "Supreme" });
  });
});

describe("nameDomains", () => {
  it("calls a domain after the form that most of its documents have, and tells the shares of all", () => {
    const domain = (documents: number, terms: Record<string, number>, forms: Record<string, number>): Summary => {
      const summary = { ...emptySummary(), documents, terms: 1000, termCounts: countsOf(terms) };
      for (const [form, count] of Object.entries(forms)) summary.forms[textForms.indexOf(form as never)] = count;
      return summary;
    };
    const names = nameDomains(
      [
        domain(10, { credentials: 30 }, { "TypeScript declarations": 9 }),
        domain(10, { sorting: 30 }, { "Go code": 5, "Java code": 4 }),
        domain(10, { tide: 30 }, { "Markdown documentation": 3 }),
        domain(10, { license: 30, harbour: 20 }, { "licence texts": 10 }),
      ],
      { common: new Set(), foreign: new Set() },
    );
    expect(names.map(({ title }) => title)).toEqual([
      "TypeScript declarations: credentials",
      "Go and Java code: sorting",
      "Tide",
      // Not "license", which the form says already.
      "Licence texts: harbour",
    ]);
    expect(names[1]?.forms).toEqual({ "Java code": 0.4, "Go code": 0.5 });
  });
});

/** Counts of terms and phrases of up to three words as numbers. */
const tallyOf = (counts: ReadonlyMap<string, number>) => {
  const [numbers, tally] = [createTermNumbers(new Set()), emptyTally()];
  for (const [phrase, count] of counts) {
    const [first = NONE, second = NONE, third = NONE] = phrase.split(" ").map(numbers.numberOf);
    countIn(tally, first, second, third, count, Number.POSITIVE_INFINITY);
  }
  return { tally, numbers };
};

describe("counts that are bounded", () => {
  it("keep the most frequent terms in a fixed order", () => {
    const { tally, numbers } = tallyOf(countsOf({ b: 2, a: 2, c: 5 }));
    expect([...mostFrequent(tally, numbers, 2)]).toEqual([
      ["c", 5],
      ["a", 2],
    ]);
  });

  it("keep of many equally frequent ones about as many as asked for, the same ones in every part, and all more frequent", () => {
    const part = (n: number) => new Map(Array.from({ length: 5000 }, (_, i) => [`term ${i}`, i % 100 === 0 ? n : 1]));
    const [one, other] = [frequentSample(part(3), 1000), frequentSample(part(7), 1000)];
    expect([...one.keys()]).toEqual([...other.keys()]);
    expect(one.size).toBeGreaterThan(900);
    expect(one.size).toBeLessThan(1100);
    expect([...one.values()].filter((count) => count === 3)).toHaveLength(50);
    expect(frequentSample(part(3), 6000)).toEqual(part(3));
  });

  it("are the same ones whether they are counted by spelling or by number", () => {
    const word = fc.constantFrom("a", "tide", "数据", "e\u0301", "x");
    const phrase = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(" "));
    const counts = fc.dictionary(phrase, fc.integer({ min: 1, max: 4 })).map(countsOf);
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 40 }), (some, most) => {
        const { tally, numbers } = tallyOf(some);
        expect([...spelledCounts(tally, numbers)]).toEqual([...some]);
        const kept = spelledCounts(frequentTally(tally, numbers, most), numbers);
        expect([...kept]).toEqual([...frequentSample(some, most)]);
        const inOrder = [...some].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
        expect([...mostFrequent(tally, numbers, most)]).toEqual(inOrder.slice(0, most));
      }),
    );
  });
});
