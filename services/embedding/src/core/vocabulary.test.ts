import { describe, expect, it } from "vitest";
import { chooseAtLeast, createTermCounter } from "./vocabulary.js";

describe("the vocabulary", () => {
  it("counts documents, not occurrences, and drops rare and frequent terms", () => {
    const counter = createTermCounter();
    for (const text of ["aa aa bb the", "aa cc the", "bb dd the", "aa the"]) counter.add(text);
    const { terms, idf } = counter.choose({ maxTerms: 10, minDocuments: 2, maxShare: 0.75 });
    expect(terms).toEqual(["aa", "bb"]);
    expect([...idf]).toEqual([Math.fround(Math.log(5 / 4) + 1), Math.fround(Math.log(5 / 3) + 1)]);
  });
  it("keeps the terms of most documents when there are too many, and breaks ties by the term", () => {
    const counter = createTermCounter();
    for (const text of ["bb cc", "bb aa", "zz"]) counter.add(text);
    expect(counter.choose({ maxTerms: 2, minDocuments: 1, maxShare: 1 }).terms).toEqual(["aa", "bb"]);
  });
  it("forgets the rarest terms rather than grow without bound", () => {
    const counter = createTermCounter(100);
    for (let i = 0; i < 2000; i++) counter.add(`common word${i}x word${i}y`);
    const { terms } = counter.choose({ maxTerms: 1e6, minDocuments: 1, maxShare: 1 });
    expect(terms).toContain("common");
    expect(terms.length).toBeLessThanOrEqual(102);
  });
  it("is milder with a corpus that is too small for its limits", () => {
    const counter = createTermCounter();
    for (const text of ["red apple", "red plum"]) counter.add(text);
    const options = { maxTerms: 10, minDocuments: 3, maxShare: 0.5 };
    expect(counter.choose(options).terms).toEqual([]);
    expect(chooseAtLeast(counter, options, 8).terms).toEqual(["apple", "plum", "red"]);
  });
});
