import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { domainOrigins, expressed, goneDomains } from "./expressed.js";

/** Rows: earlier domains, and what was in none. Columns: present domains, and what is in none. */
const SPLIT = [
  [30, 10, 0, 0],
  [0, 0, 60, 0],
  [0, 0, 0, 0],
];
const MERGED = [
  [40, 0, 0],
  [60, 0, 0],
  [0, 50, 0],
  [0, 0, 0],
];

describe("a mixture of earlier domains", () => {
  it("is exactly that of their parts by their tokens, where a domain was split", () => {
    const { mixture, distance } = expressed([0.8, 0.2], SPLIT);
    expect(mixture[0]).toBeCloseTo(0.6, 12);
    expect(mixture[1]).toBeCloseTo(0.2, 12);
    expect(mixture[2]).toBeCloseTo(0.2, 12);
    expect(distance).toBeCloseTo(0, 12);
  });

  it("is the sum of domains that were merged, exactly only where it had them in their natural proportion", () => {
    const natural = expressed([0.2, 0.3, 0.5], MERGED);
    expect(natural.mixture[0]).toBeCloseTo(0.5, 12);
    expect(natural.distance).toBeCloseTo(0, 12);
    // All of the half from the first, of which it would be two fifths.
    expect(expressed([0.5, 0, 0.5], MERGED).distance).toBeCloseTo(0.5 * 0.6, 12);
  });

  it("is not made up for what has gone, nor diluted by what has come without being noticed", () => {
    const gone = [
      [0, 50],
      [50, 0],
      [0, 0],
    ];
    const { mixture, distance } = expressed([0.3, 0.7], gone);
    expect(mixture).toEqual([1]);
    expect(distance).toBeCloseTo(0.3, 12);
    expect(expressed([1, 0], gone)).toEqual({ mixture: [0], distance: 1 });
    // A new domain of its own changes nothing; documents that came into a domain do.
    expect(
      expressed(
        [1],
        [
          [50, 0, 0],
          [0, 50, 0],
        ],
      ).distance,
    ).toBe(0);
    expect(
      expressed(
        [1],
        [
          [50, 0],
          [50, 0],
        ],
      ).distance,
    ).toBeCloseTo(0.5, 12);
  });

  it("sums to one and is no farther away than all of it, whatever became of the domains", () => {
    const tokens = fc.nat(1000);
    const tables = fc
      .integer({ min: 1, max: 5 })
      .chain((present) =>
        fc.array(fc.array(tokens, { minLength: present + 1, maxLength: present + 1 }), { minLength: 2, maxLength: 6 }),
      );
    fc.assert(
      fc.property(
        tables,
        fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }),
        (shared, raw) => {
          const weights = raw.slice(0, shared.length - 1);
          const total = weights.reduce((sum, weight) => sum + weight, 0);
          const { mixture, distance } = expressed(
            weights.map((weight) => weight / total),
            shared,
          );
          const sum = mixture.reduce((all, weight) => all + weight, 0);
          if (sum > 0) expect(sum).toBeCloseTo(1, 9);
          expect(distance).toBeGreaterThanOrEqual(0);
          expect(distance).toBeLessThanOrEqual(1 + 1e-9);
        },
      ),
    );
  });

  it("keeps the expected value of any loss of its tokens where its distance is 0", () => {
    const pieces = fc.tuple(
      fc.integer({ min: 1, max: 99 }),
      fc.integer({ min: 1, max: 99 }),
      fc.integer({ min: 1, max: 99 }),
    );
    fc.assert(
      fc.property(pieces, fc.double({ min: 0, max: 1, noNaN: true }), ([a, b, c], w) => {
        const { mixture } = expressed(
          [w, 1 - w],
          [
            [a, b, 0, 0],
            [0, 0, c, 0],
            [0, 0, 0, 0],
          ],
        );
        // Loss 1 for a token of the first piece, 2 of the second, 5 of the third.
        const before = (w * (a + 2 * b)) / (a + b) + 5 * (1 - w);
        expect((mixture[0] ?? 0) + 2 * (mixture[1] ?? 0) + 5 * (mixture[2] ?? 0)).toBeCloseTo(before, 9);
      }),
    );
  });
});

describe("where domains come from", () => {
  it("is told by what they have in common with earlier ones", () => {
    expect(domainOrigins(SPLIT).map(({ change }) => change)).toEqual(["part", "part", "same"]);
    expect(domainOrigins(MERGED).map(({ change }) => change)).toEqual(["merged", "same"]);
    const mixed = [
      [995, 0, 500, 5],
      [0, 3, 500, 0],
      [5, 997, 0, 0],
    ];
    const origins = domainOrigins(mixed);
    expect(origins.map(({ change }) => change)).toEqual(["part", "new", "other"]);
    expect(origins[2]?.parts.map(({ earlier, share }) => [earlier, share])).toEqual([
      [0, 0.5],
      [1, 0.5],
    ]);
    expect(origins[0]?.parts[0]?.shareOfEarlier).toBeCloseTo(995 / 1500, 12);
  });

  it("is the same domain still when one document in a hundred is another", () => {
    const nearly = [
      [995, 5],
      [4, 0],
    ];
    expect(domainOrigins(nearly)[0]?.change).toBe("same");
    expect(
      domainOrigins([
        [95, 5],
        [4, 0],
      ])[0]?.change,
    ).toBe("other");
  });

  it("names earlier domains of which nothing is left", () => {
    expect(
      goneDomains([
        [1, 99],
        [50, 50],
        [0, 0],
      ]),
    ).toEqual([0]);
    expect(goneDomains(SPLIT)).toEqual([]);
  });
});
