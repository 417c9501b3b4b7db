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
      let value = a.data[i * n + j] as number;
      for (let k = 0; k < j; k++) value -= (factor.data[i * n + k] as number) * (factor.data[j * n + k] as number);
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
