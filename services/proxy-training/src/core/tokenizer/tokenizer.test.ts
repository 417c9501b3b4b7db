import { Tokenizer as Reference } from "@huggingface/tokenizers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { trainMerges } from "./bpe-trainer.js";
import { fromHuggingFace, toHuggingFace } from "./hugging-face.js";
import { countWords, splitWords } from "./pre-tokenizer.js";
import { createTokenizer, END_OF_TEXT, FIRST_MERGE, pairKey } from "./tokenizer.js";

const TEXTS = [
  "The cat sat on the mat; the other cats sat elsewhere, 1234567 times.\n\n  Then they left.\r\n",
  "def walk(tree):\n    for branch in tree:\n        yield from walk(branch)\n".repeat(3),
  "Der Fluß fließt. Ça va? Привет, мир! 今天天气很好，我们去公园。 नमस्ते دنیا 👩‍👩‍👧 🇨🇭\t\tend",
  `${"=".repeat(70)}\n${" ".repeat(45)}x\u0000\u0085\u00a0\ufeff\u2028y`,
];

function trained(vocabularySize = 600) {
  const words = countWords();
  for (const text of TEXTS) words.add(text);
  return createTokenizer(trainMerges(words.counts, vocabularySize));
}

describe("the tokenizer", () => {
  const tokenizer = trained();
  const anyText = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.string({
      unit: fc.constantFrom(" ", "\n", "\t", "\u0000", "a", "the", "7", "é", "🙂", "\ud83d", "\udc00", "\u0301"),
    }),
    fc.constantFrom(...TEXTS),
  );

  it("gives back every string, lone surrogates as U+FFFD", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const tokens = tokenizer.encode(text);
        expect(tokenizer.decode(tokens)).toBe(
          new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(text)),
        );
        expect(tokens.includes(END_OF_TEXT)).toBe(false);
      }),
      { seed: 1, numRuns: 400 },
    );
  });

  it("splits text into words that joined are the text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(splitWords(text).join("")).toBe(text);
      }),
      { seed: 2, numRuns: 400 },
    );
    expect(splitWords("one  two\n\nthree 12345!?")).toEqual([
      "one",
      " ",
      " two",
      "\n",
      "\n",
      "three",
      " 123",
      "45",
      "!?",
    ]);
  });

  it("gives the ids of the Hugging Face library that loads its tokenizer.json", () => {
    const reference = new Reference(toHuggingFace(tokenizer), {});
    fc.assert(
      fc.property(anyText, (text) => {
        // The library drops lone surrogates; elsewhere there is no such text, because files are UTF-8.
        const wellFormed = tokenizer.decode(tokenizer.encode(text));
        const { ids } = reference.encode(wellFormed, {
          add_special_tokens: false,
        });
        expect([...tokenizer.encode(wellFormed)]).toEqual([...ids]);
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it("is the same after writing and reading tokenizer.json, with merges as pairs or as strings", () => {
    const written = JSON.parse(JSON.stringify(toHuggingFace(tokenizer)));
    expect(fromHuggingFace(written).merges).toEqual(tokenizer.merges);
    written.model.merges = written.model.merges.map((pair: string[]) => pair.join(" "));
    expect(fromHuggingFace(written).merges).toEqual(tokenizer.merges);
  });

  it("names the field of a tokenizer.json that is of another kind", () => {
    expect(() => fromHuggingFace({ model: { type: "Unigram" } })).toThrow(
      'model.type: expected "BPE", found "Unigram"',
    );
    const foreign = JSON.parse(JSON.stringify(toHuggingFace(tokenizer)));
    foreign.pre_tokenizer = { type: "Whitespace" };
    expect(() => fromHuggingFace(foreign)).toThrow("pre_tokenizer.pretokenizers[0].pattern.Regex: expected");
    const gap = JSON.parse(JSON.stringify(toHuggingFace(tokenizer)));
    gap.model.merges[3] = ["the", "nowhere"];
    expect(() => fromHuggingFace(gap)).toThrow('model.merges[3]: "thenowhere" is not in model.vocab');
  });
});

describe("training", () => {
  it("merges the most frequent pair first, of equal counts the one with the smaller ids", () => {
    const merges = trainMerges(
      new Map([
        ["abab", 3],
        ["cd", 6],
        ["xy", 1],
      ]),
      512,
    );
    const [a, b, c, d] = ["a", "b", "c", "d"].map((letter) => letter.charCodeAt(0)) as [number, number, number, number];
    expect([...merges]).toEqual([pairKey(a, b), pairKey(c, d), pairKey(FIRST_MERGE, FIRST_MERGE)]);
  });

  it("agrees with counting all pairs again after every merge", () => {
    const word = fc.string({
      unit: fc.constantFrom("a", "b", "c"),
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(
        fc.dictionary(word, fc.integer({ min: 1, max: 9 }), {
          minKeys: 1,
          maxKeys: 12,
        }),
        (dictionary) => {
          const counts = new Map(Object.entries(dictionary));
          expect([...trainMerges(counts, 530)]).toEqual(trainSlowly(counts, 530));
        },
      ),
      { seed: 4, numRuns: 200 },
    );
  });

  it("does not depend on the order of the words", () => {
    const words = countWords();
    for (const text of TEXTS) words.add(text);
    const reversed = new Map([...words.counts].reverse());
    expect(trainMerges(reversed, 700)).toEqual(trainMerges(words.counts, 700));
  });

  it("makes no two tokens of the same bytes and stops when no pair occurs twice", () => {
    const { vocab } = toHuggingFace(trained(4000)).model as {
      vocab: Record<string, number>;
    };
    const size = trained(4000).vocabularySize;
    expect(Object.keys(vocab)).toHaveLength(size);
    expect(size).toBeLessThan(4000);
  });

  it("refuses a vocabulary outside 512 to 65,536 and an empty text", () => {
    expect(() => trainMerges(new Map([["a", 1]]), 300)).toThrow(
      "vocabulary size 300: expected an integer from 512 to 65536",
    );
    expect(() => trainMerges(new Map([["a", 1]]), 65537)).toThrow("vocabulary size 65537");
    expect(() => trainMerges(new Map(), 512)).toThrow("found no words");
  });
});

/** The definition of BPE, with nothing kept between merges. */
function trainSlowly(counts: ReadonlyMap<string, number>, vocabularySize: number): number[] {
  const words = [...counts].map(([word, count]) => ({
    tokens: [...new TextEncoder().encode(word)],
    count,
  }));
  const contents: string[] = Array.from({ length: FIRST_MERGE }, (_, byte) => String.fromCharCode(byte));
  contents[END_OF_TEXT] = "";
  const merges: number[] = [];
  const barred = new Set<number>();
  while (merges.length < vocabularySize - FIRST_MERGE) {
    const pairs = new Map<number, number>();
    for (const { tokens, count } of words) {
      for (let i = 1; i < tokens.length; i++) {
        const pair = pairKey(tokens[i - 1] as number, tokens[i] as number);
        pairs.set(pair, (pairs.get(pair) ?? 0) + count);
      }
    }
    const [best] = [...pairs]
      .filter(([pair, count]) => count > 1 && !barred.has(pair))
      .sort(([pairA, countA], [pairB, countB]) => countB - countA || pairA - pairB);
    if (best === undefined) break;
    const [first, second] = [Math.floor(best[0] / 65536), best[0] % 65536];
    const content = `${contents[first]}${contents[second]}`;
    if (contents.includes(content)) {
      barred.add(best[0]);
      continue;
    }
    contents.push(content);
    merges.push(best[0]);
    for (const word of words) {
      const next: number[] = [];
      for (let i = 0; i < word.tokens.length; i++) {
        const merge = word.tokens[i] === first && word.tokens[i + 1] === second;
        next.push(merge ? contents.length - 1 : (word.tokens[i] as number));
        if (merge) i++;
      }
      word.tokens = next;
    }
  }
  return merges;
}
