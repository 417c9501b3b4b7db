import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countTerms, decodeTermCounts, documentFrequencies, encodeTermCounts, weighDocuments } from "./term-counts.js";
import { createVectorizer } from "./tfidf.js";
import { createTermCounter } from "./vocabulary.js";

const text = fc.array(fc.constantFrom("oven", "star", "the", "dough", "=>", "宇宙", "", "x1"), { maxLength: 12 });
const shards = fc.array(
  fc.array(
    text.map((words) => words.join(" ")),
    { maxLength: 6 },
  ),
  { minLength: 1, maxLength: 4 },
);
const limits = { maxTerms: 6, minDocuments: 1, maxShare: 1 };

function countsOf(texts: readonly string[]) {
  const counter = countTerms();
  for (const one of texts) counter.add(one);
  return decodeTermCounts(encodeTermCounts(counter.finish()));
}

describe("term counts", () => {
  it("of shards give the vocabulary and the rows of all texts together, to the last bit", () => {
    fc.assert(
      fc.property(shards, (given) => {
        const [together, summed] = [createTermCounter(), createTermCounter()];
        const counted = given.map(countsOf);
        for (const one of given.flat()) together.add(one);
        for (const counts of counted) {
          summed.addCounted(counts.terms, documentFrequencies(counts), counts.rowStart.length - 1);
        }
        const vocabulary = together.choose(limits);
        expect(summed.choose(limits)).toEqual(vocabulary);
        const indexOf = new Map(vocabulary.terms.map((term, i) => [term, i]));
        const rows = counted.flatMap((counts) => [...weighDocuments(counts, vocabulary, indexOf)]);
        expect(rows).toEqual(given.flat().map(createVectorizer(vocabulary)));
      }),
    );
  });

  it("that were cut off are refused", () => {
    const bytes = encodeTermCounts(countTerms().finish());
    expect(() => decodeTermCounts(bytes.subarray(0, bytes.length - 1))).toThrow(/^term counts of \d+ bytes, expected/);
  });
});
