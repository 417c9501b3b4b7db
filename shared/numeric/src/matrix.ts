/** A dense matrix, row-major: entry (r, c) is data[r * cols + c]. */
export interface Matrix {
  rows: number;
  cols: number;
  data: Float64Array;
}

/** A matrix of zeros, (rows, cols). */
export function zeros(rows: number, cols: number): Matrix {
  return { rows, cols, data: new Float64Array(rows * cols) };
}

/** A matrix (rows, cols) of rows that are copied. @throws RangeError if the rows differ in length. */
export function fromRows(rows: readonly ArrayLike<number>[]): Matrix {
  const cols = rows[0]?.length ?? 0;
  const matrix = zeros(rows.length, cols);
  rows.forEach((row, r) => {
    if (row.length !== cols) throw new RangeError(`row ${r} has ${row.length} entries, expected ${cols}`);
    matrix.data.set(Array.from(row), r * cols);
  });
  return matrix;
}

/** A view of row r, not a copy. */
export function row(a: Matrix, r: number): Float64Array {
  return a.data.subarray(r * a.cols, (r + 1) * a.cols);
}

/** aᵀ, a copy of shape (cols, rows). */
export function transpose(a: Matrix): Matrix {
  const result = zeros(a.cols, a.rows);
  for (let r = 0; r < a.rows; r++) {
    for (let c = 0; c < a.cols; c++) result.data[c * a.rows + r] = a.data[r * a.cols + c] as number;
  }
  return result;
}

/** a (m, k) times b (k, n). @throws RangeError if the inner sizes differ. */
export function multiply(a: Matrix, b: Matrix): Matrix {
  if (a.cols !== b.rows) throw new RangeError(`cannot multiply (${a.rows}, ${a.cols}) by (${b.rows}, ${b.cols})`);
  const result = zeros(a.rows, b.cols);
  for (let i = 0; i < a.rows; i++) {
    const out = row(result, i);
    for (let k = 0; k < a.cols; k++) {
      const factor = a.data[i * a.cols + k] as number;
      if (factor === 0) continue;
      const right = row(b, k);
      for (let j = 0; j < out.length; j++) out[j] = (out[j] as number) + factor * (right[j] as number);
    }
  }
  return result;
}

/**
 * Lower Cholesky factor L with L Lᵀ = a.
 * @throws RangeError if a is not symmetric positive definite to working precision.
 */
export function cholesky(a: Matrix): Matrix {
  const n = a.rows;
  const factor = zeros(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const value = (a.data[i * n + j] as number) - dotOfRows(factor.data, i * n, j * n, j);
      if (i === j) {
        if (!(value > 0)) throw new RangeError(`matrix is not positive definite (pivot ${i} is ${value})`);
        factor.data[i * n + i] = Math.sqrt(value);
      } else {
        factor.data[i * n + j] = value / (factor.data[j * n + j] as number);
      }
    }
  }
  return factor;
}

/** Σ data[a + k] · data[b + k] for k below `length`, by four sums: each product need not wait for the one before it. */
function dotOfRows(data: Float64Array, a: number, b: number, length: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let k = 0;
  for (; k + 3 < length; k += 4) {
    s0 += (data[a + k] as number) * (data[b + k] as number);
    s1 += (data[a + k + 1] as number) * (data[b + k + 1] as number);
    s2 += (data[a + k + 2] as number) * (data[b + k + 2] as number);
    s3 += (data[a + k + 3] as number) * (data[b + k + 3] as number);
  }
  for (; k < length; k++) s0 += (data[a + k] as number) * (data[b + k] as number);
  return s0 + s1 + (s2 + s3);
}

/** Solves L Lᵀ x = b for one right-hand side of n entries, L (n, n) from {@link cholesky}. */
export function choleskySolve(factor: Matrix, b: ArrayLike<number>): Float64Array {
  const n = factor.rows;
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    let value = x[i] as number;
    for (let k = 0; k < i; k++) value -= (factor.data[i * n + k] as number) * (x[k] as number);
    x[i] = value / (factor.data[i * n + i] as number);
  }
  for (let i = n - 1; i >= 0; i--) {
    let value = x[i] as number;
    for (let k = i + 1; k < n; k++) value -= (factor.data[k * n + i] as number) * (x[k] as number);
    x[i] = value / (factor.data[i * n + i] as number);
  }
  return x;
}
