import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesPerDomain, cutByBytes, defaultDatasetTokens, selectCopies, shuffleKey } from "./dataset.js";

describe("a mixed data set", () => {
  it("is as large as the weights and the repetition limit allow, and never larger than the corpus", () => {
    const domains = [
      { weight: 0.9, tokens: 100, textBytes: 300 },
      { weight: 0.1, tokens: 900, textBytes: 2700 },
    ];
    expect(defaultDatasetTokens(domains, 4)).toBe(444);
    expect(defaultDatasetTokens(domains, 400)).toBe(1000);
    expect(bytesPerDomain(domains, 400, 4)[0]).toBeCloseTo(0.9 * 400 * 3);
    expect(() => bytesPerDomain(domains, 1000, 4)).toThrow("domain 0 would be repeated 9.00 times");
  });

  it("takes every document of a domain before it repeats one, and comes within a document of the bytes wanted", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(
        sizes,
        fc.double({ min: 0.05, max: 3.7, noNaN: true }),
        fc.integer({ min: 0, max: 99 }),
        (bytes, passes, seed) => {
          const documents = { domains: new Int32Array(bytes.length), textBytes: Uint32Array.from(bytes) };
          const own = bytes.reduce((total, size) => total + size, 0);
          const copies = selectCopies(documents, [own * passes], seed);
          const taken = copies.reduce((total, count, i) => total + count * (bytes[i] as number), 0);
          expect(Math.max(...copies) - Math.min(...copies)).toBeLessThanOrEqual(1);
          expect(Math.abs(taken - own * passes)).toBeLessThanOrEqual(Math.max(...bytes));
        },
      ),
    );
  });

  it("leaves out pruned documents and domains without weight", () => {
    const documents = { domains: Int32Array.of(0, -1, 1), textBytes: Uint32Array.of(10, 10, 10) };
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
