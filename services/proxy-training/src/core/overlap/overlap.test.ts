import { seeded } from "@climb/numeric";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EncodedTarget } from "../targets/items.js";
import { countMarked, indexNgrams, wordsFor } from "./ngram-index.js";
import { NGRAM_TOKENS, targetNgrams } from "./target-ngrams.js";

const target = (...texts: number[][]): EncodedTarget => ({
  name: "t",
  kind: "text",
  scoredBytes: 1,
  items: texts.map((text) => ({
    sequences: [Uint16Array.from([0, ...text])],
    gold: 0,
    answerStart: 1,
    scoredStart: 1,
    scoredBytes: 1,
    answerBytes: [1],
  })),
});

/** Runs of the target that occur in the text, counted by comparing strings. */
function slowly(ngrams: Uint32Array, text: Uint16Array): number {
  const words = (tokens: Uint16Array | Uint32Array) => ` ${[...tokens].join(" ")} `;
  let count = 0;
  for (let start = 0; start < ngrams.length; start += NGRAM_TOKENS) {
    if (words(text).includes(words(ngrams.subarray(start, start + NGRAM_TOKENS)))) count++;
  }
  return count;
}

describe("the overlap of targets with domains", () => {
  it("counts what comparing every run with every place counts, wherever the domain is cut", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: 1, max: 60 }), (seed, cut) => {
        const random = seeded(seed);
        // Two letters and copied pieces, so that runs do occur and hashes are crowded.
        const text = Array.from({ length: 200 }, () => 1 + random.int(2));
        const piece = text.slice(random.int(100), 100 + random.int(60));
        const other = Array.from({ length: 40 }, () => 1 + random.int(2));
        const ngrams = [target(piece, other), target(other)].map(targetNgrams);
        const index = indexNgrams(ngrams);
        const found = new Uint32Array(wordsFor(index.size));
        const domain = Uint16Array.from(text);
        for (let start = 0; start < domain.length; start += cut) {
          const before = domain.subarray(Math.max(0, start - NGRAM_TOKENS + 1), start);
          index.scan(domain.subarray(start, start + cut), before, found);
        }
        ngrams.forEach((flat, t) => {
          expect(countMarked(index.ofTarget[t] as Int32Array, found)).toBe(slowly(flat, domain));
        });
      }),
      { numRuns: 60 },
    );
  });

  it("looks within items only, at each run once, and at none of an item that is shorter", () => {
    const long = Array.from({ length: 15 }, (_, i) => i + 1);
    expect(targetNgrams(target(long, long)).length).toBe(3 * NGRAM_TOKENS);
    expect(targetNgrams(target(long.slice(0, 12), long.slice(3))).length).toBe(0);
    expect(indexNgrams([targetNgrams(target([1, 2]))]).size).toBe(0);
    // Of 3 + 3 places every second one, over the items.
    const further = long.map((token) => token + 20);
    expect([...targetNgrams(target(long, further), 3)].filter((_, i) => i % NGRAM_TOKENS === 0)).toEqual([1, 3, 22]);
  });
});
