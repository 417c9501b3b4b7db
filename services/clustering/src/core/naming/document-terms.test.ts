import { describe, expect, it } from "vitest";
import { createDocumentTerms } from "./document-terms.js";
import { spelledCounts } from "./term-counts.js";
import { createTermNumbers } from "./term-numbers.js";
import { unspacedTerms } from "./unspaced-terms.js";
import { type WordTerms, wordTerms } from "./word-terms.js";

const stopWords = new Set(["the", "of", "a", "的"]);
const ofWords = (terms: readonly WordTerms[]) => {
  const numbers = createTermNumbers(stopWords);
  const words = terms.map((_, i) => i);
  const read = createDocumentTerms(numbers);
  // What another document left is not counted.
  read({ terms: [numbers.numberOf("surf")], different: [0], beginning: [0] });
  const found = read({ terms: terms.map(numbers.numbered), different: words, beginning: words });
  const spelled = (tally: typeof found.terms) => spelledCounts(tally, numbers);
  return { terms: spelled(found.terms), phrases: spelled(found.phrases), written: spelled(found.written) };
};
const termsOf = (text: string, isCode = false) => ofWords(text.split(" ").map((word) => wordTerms(word, isCode)));
const unspacedTermsOf = (text: string) => ofWords(unspacedTerms(text));

describe("the terms of a document", () => {
  it("are words of any script in lower case, without numbers, single letters and small Latin pairs", () => {
    const { terms } = unspacedTermsOf("A Théorème de of 1905, x = 3.14: Москва 東京都 US don't");
    expect([...terms.keys()]).toEqual(["théorème", "москва", "東京", "us", "don"]);
  });

  it("count at most three times", () => {
    expect(termsOf("harbour harbour harbour, harbour Harbour").terms.get("harbour")).toBe(3);
    expect(termsOf("low tide; low tide; low tide; low tide").phrases.get("low tide")).toBe(3);
  });

  it("are no addresses, paths, markup, quoted code and identifiers", () => {
    const text =
      "see https://a.example/b, [docs](x/y/z.md) <img src=logo.png> `npm run` get_item(), parseArgs and tides";
    expect([...termsOf(text).terms.keys()]).toEqual(["see", "and", "tides"]);
  });

  it("make phrases of two and three words, across no stop word and no punctuation", () => {
    const { phrases } = termsOf("the Supreme Court of appeals (oral argument) today, tomorrow blood sugar levels");
    expect([...phrases.keys()]).toEqual([
      "supreme court",
      "oral argument",
      "tomorrow blood",
      "blood sugar",
      "tomorrow blood sugar",
      "sugar levels",
      "blood sugar levels",
    ]);
  });

  it("make no phrases where a word has several of them, but in code where they are one identifier", () => {
    expect([...termsOf("low-tide harbour wall").phrases.keys()]).toEqual(["harbour wall"]);
    expect([...termsOf("low-tide lowTide wall", true).phrases.keys()]).toEqual(["low tide"]);
  });

  it("are known as they are written where that is not in small letters", () => {
    const { written } = termsOf("DNA and dna of iPhone users, Supreme Court");
    expect([...written.keys()]).toEqual(["DNA", "iPhone", "Supreme", "Court"]);
  });

  it("are words of a dictionary in Chinese, and phrases of them, not pairs of characters", () => {
    const { terms, phrases } = unspacedTermsOf("机器学习的模型需要大量训练数据");
    expect([...terms.keys()]).toEqual(expect.arrayContaining(["机器", "学习", "模型", "训练", "数据"]));
    expect([...terms.keys()]).not.toContain("器学");
    expect([...phrases.keys()]).toEqual(expect.arrayContaining(["机器 学习", "训练 数据"]));
    expect([...phrases.keys()]).not.toContain("学习 模型");
  });

  it("are the words of identifiers in program code, without what every program says", () => {
    const { terms, phrases } = termsOf(
      "const nodes = document.addEventListener(MOUSE_DOWN, (err) => return null);",
      true,
    );
    expect([...terms.keys()]).toEqual(["nodes", "document", "add", "event", "listener", "mouse", "down"]);
    expect([...phrases.keys()]).toEqual(["add event", "event listener", "mouse down"]);
  });

  it("end at the line breaks that string literals write as letters", () => {
    expect([...termsOf('"harbour\\nexport\\ttide\\\\nwall"', true).terms.keys()]).toEqual(["harbour", "tide", "wall"]);
  });
});
