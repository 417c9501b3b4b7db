import { seeded, selectCopies, shuffleKey } from "@climb/numeric";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutByBytes, defaultDatasetTokens, sampleOf, tokensPerDomain } from "./dataset.js";

describe("a mixed data set", () => {
  it("is as large as the weights and the repetition limit allow, and never larger than the corpus", () => {
    const domains = [
      { weight: 0.9, tokens: 100 },
      { weight: 0.1, tokens: 900 },
    ];
    expect(defaultDatasetTokens(domains, 4)).toBe(444);
    expect(defaultDatasetTokens(domains, 400)).toBe(1000);
    expect(tokensPerDomain(domains, 400, 4)).toEqual([360, 40]);
    expect(() => tokensPerDomain(domains, 1000, 4)).toThrow("domain 0 would be repeated 9.00 times");
  });

  const taken = (copies: Uint16Array, tokens: ArrayLike<number>) =>
    copies.reduce((total, count, i) => total + count * (tokens[i] as number), 0);

  it("takes every document of a domain before it repeats one, and comes within half a document of the tokens wanted", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(
        sizes,
        fc.double({ min: 0.05, max: 3.7, noNaN: true }),
        fc.integer({ min: 0, max: 99 }),
        (tokens, passes, seed) => {
          const documents = { domains: new Int32Array(tokens.length), tokens: Uint32Array.from(tokens) };
          const own = tokens.reduce((total, size) => total + size, 0);
          const copies = selectCopies(documents, [own * passes], seed);
          expect(Math.max(...copies) - Math.min(...copies)).toBeLessThanOrEqual(1);
          const [error, largest] = [Math.abs(taken(copies, tokens) - own * passes), Math.max(...tokens)];
          // Whatever is wanted, there is a document of it.
          expect(error).toBeLessThanOrEqual(copies.reduce((a, b) => a + b, 0) === 1 ? largest : largest / 2);
          expect(copies.some((count) => count > 0)).toBe(true);
        },
      ),
    );
  });

  it("goes on after another selection: no document is taken more often over both than any other and one more", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 60 });
    const passes = fc.double({ min: 0.05, max: 2.7, noNaN: true });
    fc.assert(
      fc.property(sizes, passes, passes, fc.integer({ min: 0, max: 99 }), (tokens, first, second, seed) => {
        const documents = { domains: new Int32Array(tokens.length), tokens: Uint32Array.from(tokens) };
        const own = tokens.reduce((total, size) => total + size, 0);
        const one = selectCopies(documents, [own * first], seed);
        const two = selectCopies(documents, [own * second], seed, one);
        const both = one.map((count, i) => count + (two[i] as number));
        expect(Math.max(...both) - Math.min(...both)).toBeLessThanOrEqual(1);
        const error = Math.abs(taken(two, tokens) - own * second);
        expect(error).toBeLessThanOrEqual(Math.max(...tokens));
      }),
    );
  });

  it("comes within a thousandth of the tokens wanted where a domain has some hundred documents", () => {
    const random = seeded("documents");
    for (const share of [0.01, 0.123, 0.5, 0.999, 2.3]) {
      const tokens = Uint32Array.from({ length: 300 }, () => 20 + random.int(2000));
      const wanted = share * tokens.reduce((a, b) => a + b, 0);
      const copies = selectCopies({ domains: new Int32Array(300), tokens }, [wanted], 1);
      expect(Math.abs(taken(copies, tokens) - wanted)).toBeLessThanOrEqual(0.001 * wanted + 1);
    }
  });

  it("is told by domain: what was wanted, and what was taken of it", () => {
    const sizes = { domains: Int32Array.of(0, 0, -1, 1), tokens: Uint32Array.of(10, 20, 30, 5) };
    const copies = selectCopies(sizes, [50, 1], 1);
    expect(sampleOf(sizes, Uint32Array.of(30, 60, 90, 15), copies, [50, 1])).toEqual([
      { wanted: 50, tokens: 50, documents: 3, distinct: 2, textBytes: 150 },
      { wanted: 1, tokens: 5, documents: 1, distinct: 1, textBytes: 15 },
    ]);
  });

  it("leaves out pruned documents and domains without weight", () => {
    const documents = { domains: Int32Array.of(0, -1, 1), tokens: Uint32Array.of(10, 10, 10) };
    expect([...selectCopies(documents, [10, 0], 1)]).toEqual([1, 0, 0]);
  });

  it("is shuffled by keys that are spread evenly and differ between copies", () => {
    const keys = Array.from({ length: 4000 }, (_, i) => shuffleKey(1, i >> 1, i & 1));
    expect(new Set(keys).size).toBe(4000);
    const quarters = [0, 0, 0, 0];
    for (const key of keys) quarters[Math.floor(key * 4)] = (quarters[Math.floor(key * 4)] ?? 0) + 1;
    for (const count of quarters) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });
});

describe("cutByBytes", () => {
  it("cuts after the shard in which a file is full, loses no shard with bytes, and counts files of about the size", () => {
    expect(cutByBytes([40, 70, 0, 10, 250, 5], 100)).toEqual([
      { from: 0, to: 2, files: 1, bytes: 110 },
      { from: 2, to: 5, files: 3, bytes: 260 },
      { from: 5, to: 6, files: 1, bytes: 5 },
    ]);
    expect(cutByBytes([0, 0], 100)).toEqual([]);
    expect(cutByBytes([], 100)).toEqual([]);
    fc.assert(
      fc.property(fc.array(fc.nat(500), { maxLength: 50 }), fc.integer({ min: 1, max: 300 }), (bytes, fileBytes) => {
        const parts = cutByBytes(bytes, fileBytes);
        const covered = parts.flatMap(({ from, to }) => bytes.slice(from, to));
        expect(covered.reduce((a, b) => a + b, 0)).toBe(bytes.reduce((a, b) => a + b, 0));
        parts.forEach(({ from }, i) => void expect(from).toBe(i === 0 ? 0 : parts[i - 1]?.to));
        for (const part of parts.slice(0, -1)) expect(part.bytes).toBeGreaterThanOrEqual(fileBytes);
      }),
    );
  });
});
