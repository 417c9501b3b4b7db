import type { SparseRows } from "../sparse.js";

/**
 * out = Aᵀ (A x) for eight columns at once, row by row of A, so that A is read once and A x is never stored.
 * @param x cols × 8, row-major
 */
export function applyGram(a: SparseRows, x: Float64Array, out: Float64Array): void {
  const { columns, values, rowStart } = a;
  out.fill(0);
  for (let r = 0; r < a.rows; r++) {
    const begin = rowStart[r] as number;
    const end = rowStart[r + 1] as number;
    let [y0, y1, y2, y3, y4, y5, y6, y7] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let e = begin; e < end; e++) {
      const at = (columns[e] as number) * 8;
      const v = values[e] as number;
      y0 += v * (x[at] as number);
      y1 += v * (x[at + 1] as number);
      y2 += v * (x[at + 2] as number);
      y3 += v * (x[at + 3] as number);
      y4 += v * (x[at + 4] as number);
      y5 += v * (x[at + 5] as number);
      y6 += v * (x[at + 6] as number);
      y7 += v * (x[at + 7] as number);
    }
    for (let e = begin; e < end; e++) {
      const at = (columns[e] as number) * 8;
      const v = values[e] as number;
      out[at] = (out[at] as number) + v * y0;
      out[at + 1] = (out[at + 1] as number) + v * y1;
      out[at + 2] = (out[at + 2] as number) + v * y2;
      out[at + 3] = (out[at + 3] as number) + v * y3;
      out[at + 4] = (out[at + 4] as number) + v * y4;
      out[at + 5] = (out[at + 5] as number) + v * y5;
      out[at + 6] = (out[at + 6] as number) + v * y6;
      out[at + 7] = (out[at + 7] as number) + v * y7;
    }
  }
}
