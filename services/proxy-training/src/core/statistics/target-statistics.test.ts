import { seeded } from "@climb/numeric";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EncodedTarget } from "../targets/items.js";
import { countDomain } from "./domain-counts.js";
import { indexPairs } from "./pair-index.js";
import { collectPairs } from "./target-pairs.js";
import { bigramBitsPerByte, targetStatistics, unigramBitsPerByte } from "./target-statistics.js";

const VOCABULARY = 40;

/** Tokens of a made-up language: each token likes a few others. */
function makeTokens(label: string, count: number): Uint16Array {
  const random = seeded(label);
  const liked = Uint16Array.from({ length: VOCABULARY * 3 }, () => random.int(VOCABULARY));
  let token = 0;
  return Uint16Array.from({ length: count }, () => {
    token = random.float() < 0.8 ? (liked[token * 3 + random.int(3)] as number) : random.int(VOCABULARY);
    return token;
  });
}

function makeTarget(sequences: Uint16Array[], scoredStart = 1): EncodedTarget {
  const items = sequences.map((sequence) => {
    const scoredBytes = 3 * (sequence.length - scoredStart);
    return {
      sequences: [sequence],
      gold: 0,
      answerStart: scoredStart,
      scoredStart,
      scoredBytes,
      answerBytes: [scoredBytes],
    };
  });
  return { name: "made up", kind: "text", items, scoredBytes: items.reduce((sum, item) => sum + item.scoredBytes, 0) };
}

const DOMAINS = [makeTokens("a", 4000), makeTokens("b", 2500), makeTokens("c", 70)];
const TARGET = makeTarget([makeTokens("a", 300), makeTokens("d", 200)]);

function statisticsOf(target: EncodedTarget, domains: readonly Uint16Array[], piece = 1e9) {
  const pairs = collectPairs(target);
  const index = indexPairs([pairs]);
  const counts = domains.map((tokens) => {
    const counter = countDomain(index, VOCABULARY);
    for (let from = 0; from < tokens.length; from += piece) counter.add(tokens.subarray(from, from + piece));
    return counter.counts();
  });
  return targetStatistics(pairs, index, counts);
}

describe("bigram cross-entropy of a target", () => {
  it("is that of a bigram model counted on the domains together, without any index", () => {
    const seen = DOMAINS.map((tokens) => tokens.length - 1);
    const n = seen.reduce((sum, pairs) => sum + pairs, 0);
    // At these weights n·f(ab) is the plain count of ab over all domains.
    const weights = seen.map((pairs) => pairs / n);
    const pairCounts = Array.from({ length: VOCABULARY }, () => new Float64Array(VOCABULARY));
    const unigram = new Float64Array(VOCABULARY);
    DOMAINS.forEach((tokens, j) => {
      tokens.forEach((token, i) => {
        const row = pairCounts[tokens[i - 1] as number];
        if (row !== undefined) row[token] = (row[token] as number) + 1;
      });
      for (let b = 0; b < VOCABULARY; b++) {
        const count = tokens.filter((token) => token === b).length + 0.5;
        unigram[b] = (unigram[b] as number) + ((weights[j] as number) * count) / (tokens.length + VOCABULARY / 2);
      }
    });
    let [bigramBits, unigramBits] = [0, 0];
    for (const { sequences } of TARGET.items) {
      const sequence = sequences[0] as Uint16Array;
      for (let t = 1; t < sequence.length; t++) {
        const row = pairCounts[sequence[t - 1] as number] as Float64Array;
        const u = unigram[sequence[t] as number] as number;
        const total = row.reduce((sum, count) => sum + count, 0);
        bigramBits -= Math.log2(((row[sequence[t] as number] as number) + 200 * u) / (total + 200));
        unigramBits -= Math.log2(u);
      }
    }
    const statistics = statisticsOf(TARGET, DOMAINS);
    // Frequencies are stored in single precision.
    expect(bigramBitsPerByte(statistics, weights, n)).toBeCloseTo(bigramBits / TARGET.scoredBytes, 6);
    expect(unigramBitsPerByte(statistics, weights)).toBeCloseTo(unigramBits / TARGET.scoredBytes, 6);
  });

  it("is that of a probability distribution: 2^−bits over all second tokens sums to one", () => {
    const weights = [0.2, 0.5, 0.3];
    const total = Array.from({ length: VOCABULARY }, (_, b) => {
      const statistics = statisticsOf(makeTarget([Uint16Array.of(7, b)]), DOMAINS);
      return 2 ** (-3 * bigramBitsPerByte(statistics, weights, 100_000));
    }).reduce((sum, probability) => sum + probability, 0);
    expect(total).toBeCloseTo(1, 5);
  });

  it("prefers the domain that the target was made of", () => {
    const statistics = statisticsOf(makeTarget([makeTokens("a", 300)]), DOMAINS);
    const [a, b] = [
      [1, 0, 0],
      [0, 1, 0],
    ].map((weights) => bigramBitsPerByte(statistics, weights, 100_000));
    expect(a).toBeLessThan((b as number) - 0.2);
  });

  it("counts a domain the same in pieces of any size", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4001 }), (piece) => {
        expect(statisticsOf(TARGET, DOMAINS, piece)).toEqual(statisticsOf(TARGET, DOMAINS));
      }),
      { seed: 1, numRuns: 15 },
    );
  });

  it("looks at scored tokens of the right answer only", () => {
    const item = {
      sequences: [Uint16Array.of(0, 1, 2, 9), Uint16Array.of(0, 1, 2, 3)],
      gold: 1,
      answerStart: 3,
      scoredStart: 3,
      scoredBytes: 5,
      answerBytes: [4, 5],
    };
    const pairs = collectPairs({ name: "t", kind: "multiple-choice", items: [item, item], scoredBytes: 10 });
    expect(pairs).toMatchObject({ target: "t", textBytes: 10, counts: Float64Array.of(2) });
    expect([pairs.first[0], pairs.second[0]]).toEqual([2, 3]);
  });

  it("is finite for a domain without tokens, and refuses foreign ids, pairs and weights", () => {
    const empty = statisticsOf(TARGET, [new Uint16Array(0)]);
    expect(bigramBitsPerByte(empty, [1], 1000)).toBeCloseTo((Math.log2(VOCABULARY) * 498) / TARGET.scoredBytes, 6);
    const pairs = collectPairs(TARGET);
    const index = indexPairs([pairs]);
    expect(() => countDomain(index, VOCABULARY).add(Uint16Array.of(3, 40))).toThrow(
      "token 1 is 40: expected an id below 40",
    );
    expect(() => bigramBitsPerByte(empty, [0.5, 0.5], 1000)).toThrow("2 weights for 1 domains");
    expect(() => targetStatistics(pairs, indexPairs([]), [])).not.toThrow();
    const foreign = countDomain(indexPairs([]), VOCABULARY).counts();
    expect(() => targetStatistics(pairs, indexPairs([]), [foreign])).toThrow("of target made up is not in the index");
  });
});

describe("the pair index", () => {
  it("numbers every pair once, over the whole range of ids", () => {
    const id = fc.oneof(fc.integer({ min: 0, max: 65535 }), fc.constantFrom(0, 1, 32768, 65535));
    fc.assert(
      fc.property(fc.array(fc.tuple(id, id), { maxLength: 200 }), (list) => {
        const first = Uint32Array.from(list, ([a]) => a);
        const second = Uint32Array.from(list, ([, b]) => b);
        const index = indexPairs([
          { first, second },
          { first, second },
        ]);
        const slots = new Set(list.map(([a, b]) => index.slotOf(a, b)));
        expect(slots.size).toBe(new Set(list.map(([a, b]) => a * 65536 + b)).size);
        expect(index.size).toBe(slots.size);
        expect(slots.has(-1)).toBe(false);
        if (!list.some(([a, b]) => a === 5 && b === 65534)) expect(index.slotOf(5, 65534)).toBe(-1);
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});
