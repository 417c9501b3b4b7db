import { mean, pearson, standardDeviation, toMillionths } from "@climb/numeric";
import type { ResultRow } from "./rows.js";

/** Fewest mixtures that were trained at both sizes for results of one to be moved to the other. */
const FEWEST_PAIRS = 4;
/** Correlation over them below which a smaller proxy's results say too little to be moved. */
const LEAST_CORRELATION = 0.5;

/** Rows as if all were of the size that is predicted for. */
export interface AlignedRows {
  rows: ResultRow[];
  /** For each given row the one here; -1 for one that is left out. */
  keptOf: Int32Array;
}

/**
 * Moves the results of smaller proxies to the size that is predicted for, so that every model takes them together: for each
 * target y' = ȳ + (s_y / s_x)·(x − x̄) by the mixtures that were trained at both sizes, the line through their means with the
 * ratio of their standard deviations for its slope. Least squares would give a flatter one because x has noise too, and what
 * is moved by it would differ less than mixtures do. A mixture that was trained at the size itself has only that result; rows
 * of a size that orders mixtures otherwise are left out.
 * @param target the size that is predicted for; the largest that there is unless given
 * @returns undefined where rows are of one size, the target's own was not measured, or a size has too few mixtures with it
 */
export function alignedRows(rows: readonly ResultRow[], target?: number): AlignedRows | undefined {
  const sizes = new Set(rows.map(sizeOf));
  const own = target ?? Math.max(...sizes);
  if (sizes.size < 2 || !sizes.has(own)) return undefined;
  const measured = new Map<string, ResultRow[]>();
  for (const row of rows.filter((row) => sizeOf(row) === own))
    measured.set(keyOf(row), [...(measured.get(keyOf(row)) ?? []), row]);
  const lines = new Map<number, ((value: number, t: number) => number) | undefined>();
  for (const size of sizes) {
    if (size === own) continue;
    const pairs = rows.flatMap((row) => {
      const same = measured.get(keyOf(row));
      return sizeOf(row) === size && same ? [[row.values, meansOf(same)] as const] : [];
    });
    if (pairs.length < FEWEST_PAIRS) return undefined;
    lines.set(size, lineThrough(pairs));
  }
  const kept: ResultRow[] = [];
  const firstOf = new Map<string, number>();
  rows.forEach((row) => {
    if (sizeOf(row) !== own) return;
    if (!firstOf.has(keyOf(row))) firstOf.set(keyOf(row), kept.length);
    kept.push({ ...row, capacity: 0 });
  });
  let next = 0;
  const keptOf = Int32Array.from(rows, (row) => {
    if (sizeOf(row) === own) return next++;
    const same = firstOf.get(keyOf(row));
    if (same !== undefined) return same;
    const line = lines.get(sizeOf(row));
    if (!line) return -1;
    kept.push({ ...row, values: Array.from(row.values, line), capacity: 0 });
    return kept.length - 1;
  });
  return { rows: kept, keptOf };
}

/** What moves a value of a target, by its index; undefined where one of them is ordered too differently. */
function lineThrough(
  pairs: readonly (readonly [smaller: ArrayLike<number>, own: readonly number[]])[],
): ((value: number, t: number) => number) | undefined {
  const targets = pairs[0]?.[1].length ?? 0;
  const lines = Array.from({ length: targets }, (_, t) => {
    const x = pairs.map(([smaller]) => smaller[t] as number);
    const y = pairs.map(([, own]) => own[t] as number);
    return { from: mean(x), to: mean(y), slope: standardDeviation(y) / standardDeviation(x), rho: pearson(x, y) };
  });
  if (!lines.every(({ rho }) => rho >= LEAST_CORRELATION)) return undefined;
  return (value, t) => {
    const { from, to, slope } = lines[t] as (typeof lines)[number];
    return to + slope * (value - from);
  };
}

function meansOf(rows: readonly ResultRow[]): number[] {
  return Array.from(rows[0]?.values ?? [], (_, t) => mean(rows.map(({ values }) => values[t] as number)));
}

function sizeOf({ capacity = 0 }: ResultRow): number {
  return capacity;
}

/** Mixtures are equal in the precision in which a run is named. */
function keyOf({ mixture }: ResultRow): string {
  return toMillionths(mixture).join();
}
