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

/**
 * Eigenvalues (descending) and eigenvectors (columns of `vectors`) of a symmetric matrix,
 * by cyclic Jacobi rotations (Golub and Van Loan, section 8.5).
 */
export function symmetricEigen(a: Matrix): { values: Float64Array; vectors: Matrix } {
  const n = a.rows;
  const m = Float64Array.from(a.data);
  const v = zeros(n, n);
  for (let i = 0; i < n; i++) v.data[i * n + i] = 1;
  const scale = Math.max(...Array.from({ length: n }, (_, i) => Math.abs(m[i * n + i] as number)), 1e-300);
  for (let sweep = 0; sweep < 60; sweep++) {
    let offDiagonal = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) offDiagonal += (m[p * n + q] as number) ** 2;
    if (Math.sqrt(offDiagonal) <= 1e-14 * scale * n) break;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) rotate(m, v.data, n, p, q);
    }
  }
  const order = Array.from({ length: n }, (_, i) => i).sort(
    (i, j) => (m[j * n + j] as number) - (m[i * n + i] as number) || i - j,
  );
  const vectors = zeros(n, n);
  order.forEach((from, to) => {
    for (let r = 0; r < n; r++) vectors.data[r * n + to] = v.data[r * n + from] as number;
  });
  return { values: Float64Array.from(order, (i) => m[i * n + i] as number), vectors };
}

function rotate(m: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const apq = m[p * n + q] as number;
  if (apq === 0) return;
  const theta = ((m[q * n + q] as number) - (m[p * n + p] as number)) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cos = 1 / Math.sqrt(t * t + 1);
  const sin = t * cos;
  for (let k = 0; k < n; k++) {
    const [kp, kq] = [m[k * n + p] as number, m[k * n + q] as number];
    m[k * n + p] = cos * kp - sin * kq;
    m[k * n + q] = sin * kp + cos * kq;
  }
  for (let k = 0; k < n; k++) {
    const [pk, qk] = [m[p * n + k] as number, m[q * n + k] as number];
    m[p * n + k] = cos * pk - sin * qk;
    m[q * n + k] = sin * pk + cos * qk;
  }
  for (let k = 0; k < n; k++) {
    const [kp, kq] = [v[k * n + p] as number, v[k * n + q] as number];
    v[k * n + p] = cos * kp - sin * kq;
    v[k * n + q] = sin * kp + cos * kq;
  }
}
