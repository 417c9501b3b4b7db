import { describe, expect, it } from "vitest";
import { classTerms, nameOf } from "./domain-names.js";
import { createMeasures } from "./quality/signals.js";
import { documentTerms, mostFrequent, wordTerms } from "./terms.js";

const { measure, notes } = createMeasures(new Set(), (word) => ({ terms: wordTerms(word) }));
const termsOf = (text: string) => documentTerms(text, measure(text).words, notes);

describe("documentTerms", () => {
  it("takes words of any script in lower case, without numbers and single letters", () => {
    const terms = termsOf("A Théorème of 1905, x = 3.14: Москва 東京都 don't_stop");
    expect([...terms.keys()]).toEqual(["théorème", "of", "москва", "東京", "don", "stop"]);
  });

  it("counts a term at most three times a document", () => {
    expect(termsOf("la la la la la").get("la")).toBe(3);
  });
});

describe("classTerms", () => {
  it("weighs terms as the formula of BERTopic does, times their rarity among the classes", () => {
    const classes = [
      new Map([
        ["cell", 30],
        ["the", 70],
      ]),
      new Map([
        ["court", 20],
        ["the", 80],
      ]),
    ];
    const [first] = classTerms(classes, [100, 100], new Set());
    // tf = 30 / 100, A = 100 words a class, f = 30, one of two classes uses it; "the" is as common elsewhere and says nothing.
    expect(first).toEqual([{ term: "cell", weight: 0.3 * Math.log(1 + 100 / 30) * Math.log(3 / 1) }]);
  });

  it("leaves out the common words even when there is one class", () => {
    const [only] = classTerms(
      [
        new Map([
          ["the", 50],
          ["star", 9],
        ]),
      ],
      [59],
      new Set(["the"]),
    );
    expect(only?.map(({ term }) => term)).toEqual(["star"]);
  });
});

describe("nameOf", () => {
  const terms = (...words: string[]) => words.map((term, i) => ({ term, weight: 10 - i }));

  it("joins four terms that are not forms of one another", () => {
    const label = nameOf(terms("cell", "cells", "bacteria", "bacterial", "infection", "immune", "virus"));
    expect(label).toBe("Cell, bacteria, infection, immune");
  });

  it("says something of a domain without terms", () => {
    expect(nameOf([])).toBe("");
  });
});

it("the most frequent terms are kept in a fixed order", () => {
  const counts = new Map([
    ["b", 2],
    ["a", 2],
    ["c", 5],
  ]);
  expect([...mostFrequent(counts, 2)]).toEqual([
    ["c", 5],
    ["a", 2],
  ]);
});
