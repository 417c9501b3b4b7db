import { seeded } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import { alignedRows } from "./aligned-rows.js";
import type { ResultRow } from "./rows.js";

const row = (share: number, values: number[], capacity: number): ResultRow => ({
  id: `${share} at ${capacity}`,
  mixture: [share, 1 - share],
  values,
  capacity,
});
const shares = [0.1, 0.3, 0.5, 0.7, 0.9];
const truth = (share: number) => 3 + (share - 0.4) ** 2;

describe("rows of several sizes of proxy", () => {
  it("are moved to the largest size by the mixtures that both trained, exactly where sizes differ by a line", () => {
    const rows = [
      ...shares.map((share) => row(share, [truth(share)], 1000)),
      ...[...shares, 0.2, 0.6].map((share) => row(share, [5 + 2 * truth(share)], 100)),
    ];
    const { rows: moved, keptOf } = alignedRows(rows) as NonNullable<ReturnType<typeof alignedRows>>;
    expect(moved.map(({ capacity }) => capacity)).toEqual(Array(7).fill(0));
    expect([...keptOf]).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 5, 6]);
    expect(moved[5]?.values[0]).toBeCloseTo(truth(0.2), 12);
    expect(moved[6]?.values[0]).toBeCloseTo(truth(0.6), 12);
  });

  it("keep their spread where both sizes have noise, which least squares would shrink", () => {
    const random = seeded(5);
    const noisy = (value: number) => value + 0.05 * random.normal();
    const many = Array.from({ length: 400 }, (_, i) => i / 400);
    const rows = [
      ...many.slice(0, 200).map((share) => row(share, [noisy(truth(share))], 1000)),
      ...many.map((share) => row(share, [noisy(truth(share))], 100)),
    ];
    const { rows: moved } = alignedRows(rows) as NonNullable<ReturnType<typeof alignedRows>>;
    const of = (from: number, to: number, value: (share: number) => number) => {
      const values = many.slice(from, to).map(value);
      return Math.max(...values) - Math.min(...values);
    };
    const spread = of(200, 400, truth);
    const found = moved.slice(200).map(({ values }) => values[0] as number);
    // Bounds by the noise of the two ends: 400 values of standard deviation 0.05 reach some three of them beyond.
    expect(Math.max(...found) - Math.min(...found)).toBeGreaterThan(spread);
    expect(Math.max(...found) - Math.min(...found)).toBeLessThan(spread + 0.4);
  });

  it("are left out where a size orders mixtures otherwise", () => {
    const rows = [
      ...shares.map((share) => row(share, [truth(share)], 1000)),
      ...[...shares, 0.2].map((share) => row(share, [-truth(share)], 100)),
    ];
    expect([...(alignedRows(rows)?.keptOf ?? [])]).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4, -1]);
  });

  it("stay as they are where one size is all there is, the target was not measured, or pairs are few", () => {
    const own = shares.map((share) => row(share, [truth(share)], 1000));
    expect(alignedRows(own)).toBeUndefined();
    const both = [...own, ...shares.map((share) => row(share, [truth(share)], 100))];
    expect(alignedRows(both, 5000)).toBeUndefined();
    expect(
      alignedRows([...own.slice(0, 3), ...shares.map((share) => row(share, [truth(share)], 100))]),
    ).toBeUndefined();
  });
});
