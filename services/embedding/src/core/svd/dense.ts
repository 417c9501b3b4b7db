import { SLICE } from "./state.js";

/** The 8 × 8 block leftᵀ right of two slices (terms × 8), row-major, sixteen sums at a time. */
export function crossBlock(left: Float64Array, right: Float64Array): Float64Array {
  const block = new Float64Array(SLICE * SLICE);
  for (const i of [0, 4]) for (const j of [0, 4]) quarterBlock(left, right, i, j, block);
  return block;
}

function quarterBlock(left: Float64Array, right: Float64Array, i: number, j: number, block: Float64Array): void {
  let [s00, s01, s02, s03, s10, s11, s12, s13] = [0, 0, 0, 0, 0, 0, 0, 0];
  let [s20, s21, s22, s23, s30, s31, s32, s33] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let at = 0; at < left.length; at += SLICE) {
    const a0 = left[at + i] as number;
    const a1 = left[at + i + 1] as number;
    const a2 = left[at + i + 2] as number;
    const a3 = left[at + i + 3] as number;
    const b0 = right[at + j] as number;
    const b1 = right[at + j + 1] as number;
    const b2 = right[at + j + 2] as number;
    const b3 = right[at + j + 3] as number;
    s00 += a0 * b0;
    s01 += a0 * b1;
    s02 += a0 * b2;
    s03 += a0 * b3;
    s10 += a1 * b0;
    s11 += a1 * b1;
    s12 += a1 * b2;
    s13 += a1 * b3;
    s20 += a2 * b0;
    s21 += a2 * b1;
    s22 += a2 * b2;
    s23 += a2 * b3;
    s30 += a3 * b0;
    s31 += a3 * b1;
    s32 += a3 * b2;
    s33 += a3 * b3;
  }
  block.set([s00, s01, s02, s03], i * SLICE + j);
  block.set([s10, s11, s12, s13], (i + 1) * SLICE + j);
  block.set([s20, s21, s22, s23], (i + 2) * SLICE + j);
  block.set([s30, s31, s32, s33], (i + 3) * SLICE + j);
}

/** out += slice · block, for a slice (terms × 8) and an 8 × 8 block. */
export function addProduct(slice: Float64Array, block: Float64Array, out: Float64Array): void {
  for (let at = 0; at < slice.length; at += SLICE) {
    const s0 = slice[at] as number;
    const s1 = slice[at + 1] as number;
    const s2 = slice[at + 2] as number;
    const s3 = slice[at + 3] as number;
    const s4 = slice[at + 4] as number;
    const s5 = slice[at + 5] as number;
    const s6 = slice[at + 6] as number;
    const s7 = slice[at + 7] as number;
    for (let c = 0; c < SLICE; c++) {
      out[at + c] =
        (out[at + c] as number) +
        s0 * (block[c] as number) +
        s1 * (block[8 + c] as number) +
        s2 * (block[16 + c] as number) +
        s3 * (block[24 + c] as number) +
        s4 * (block[32 + c] as number) +
        s5 * (block[40 + c] as number) +
        s6 * (block[48 + c] as number) +
        s7 * (block[56 + c] as number);
    }
  }
}

/**
 * R⁻¹ of the Cholesky factor RᵀR = gram (n × n, row-major), upper triangular. A column that depends on those before it
 * (pivot under 1e-12 of the largest diagonal entry) becomes zero, so a matrix of low rank gives zero columns, not an error.
 */
export function whitening(gram: Float64Array, n: number): Float64Array {
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, gram[i * n + i] as number);
  // Lower factor L with L Lᵀ = gram, then T = L⁻ᵀ column by column.
  const lower = new Float64Array(n * n);
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let value = gram[i * n + j] as number;
      for (let k = 0; k < j; k++) value -= (lower[i * n + k] as number) * (lower[j * n + k] as number);
      if (i !== j) lower[i * n + j] = (lower[j * n + j] as number) > 0 ? value / (lower[j * n + j] as number) : 0;
      else lower[i * n + i] = value > 1e-12 * largest ? Math.sqrt(value) : 0;
    }
  }
  for (let c = 0; c < n; c++) {
    if (lower[c * n + c] === 0) continue;
    // Solve Lᵀ x = e_c from the bottom; x is zero below row c.
    inverse[c * n + c] = 1 / (lower[c * n + c] as number);
    for (let r = c - 1; r >= 0; r--) {
      if (lower[r * n + r] === 0) continue;
      let value = 0;
      for (let k = r + 1; k <= c; k++) value -= (lower[k * n + r] as number) * (inverse[k * n + c] as number);
      inverse[r * n + c] = value / (lower[r * n + r] as number);
    }
  }
  return inverse;
}
