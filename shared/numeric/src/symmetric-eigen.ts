import { type Matrix, zeros } from "./matrix.js";

/** QR steps for each eigenvalue before giving up; two or three are usual. */
const MAX_STEPS = 60;

/**
 * Eigenvalues (descending) and eigenvectors (columns of `vectors`) of a symmetric matrix, of which the lower triangle is
 * read: Householder tridiagonalisation, then implicit QR steps with Wilkinson's shift (Golub and Van Loan, sections 8.3.1
 * and 8.3.5). O(n³); eigenvalues are right to about 1e-15 of the largest.
 */
export function symmetricEigen(a: Matrix): { values: Float64Array; vectors: Matrix } {
  const n = a.rows;
  const { diagonal, below, rows } = tridiagonal(a);
  diagonalise(diagonal, below, rows, n);
  const order = Array.from({ length: n }, (_, i) => i).sort(
    (i, j) => (diagonal[j] as number) - (diagonal[i] as number) || i - j,
  );
  const vectors = zeros(n, n);
  order.forEach((from, to) => {
    for (let r = 0; r < n; r++) vectors.data[r * n + to] = rows[from * n + r] as number;
  });
  return { values: Float64Array.from(order, (i) => diagonal[i] as number), vectors };
}

/** A = Q T Qᵀ: the diagonals of T, and Qᵀ row by row, so that rotations work on rows that lie together. */
function tridiagonal(a: Matrix): { diagonal: Float64Array; below: Float64Array; rows: Float64Array } {
  const n = a.rows;
  const m = Float64Array.from(a.data);
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) m[i * n + j] = m[j * n + i] as number;
  const rows = zeros(n, n).data;
  for (let i = 0; i < n; i++) rows[i * n + i] = 1;
  const [v, w] = [new Float64Array(n), new Float64Array(n)];
  const below = new Float64Array(Math.max(0, n - 1));
  for (let k = 0; k < n - 1; k++) {
    let norm = 0;
    for (let i = k + 1; i < n; i++) norm = Math.hypot(norm, m[i * n + k] as number);
    const head = m[(k + 1) * n + k] as number;
    const image = head > 0 ? -norm : norm;
    below[k] = image;
    if (norm === 0) continue;
    // The reflection I − β v vᵀ takes the column to (image, 0, …).
    for (let i = k + 1; i < n; i++) v[i] = m[i * n + k] as number;
    v[k + 1] = head - image;
    const beta = 1 / (norm * (norm + Math.abs(head)));
    let product = 0;
    for (let i = k + 1; i < n; i++) {
      let value = 0;
      for (let j = k + 1; j < n; j++) value += (m[i * n + j] as number) * (v[j] as number);
      w[i] = beta * value;
      product += (w[i] as number) * (v[i] as number);
    }
    for (let i = k + 1; i < n; i++) w[i] = (w[i] as number) - ((beta * product) / 2) * (v[i] as number);
    for (let i = k + 1; i < n; i++) {
      const [vi, wi] = [v[i] as number, w[i] as number];
      for (let j = k + 1; j < n; j++) {
        m[i * n + j] = (m[i * n + j] as number) - vi * (w[j] as number) - wi * (v[j] as number);
      }
    }
    reflect(rows, v, beta, k + 1, n);
  }
  return { diagonal: Float64Array.from({ length: n }, (_, i) => m[i * n + i] as number), below, rows };
}

/** rows ← (I − β v vᵀ) rows, for a v that is zero before `from`. */
function reflect(rows: Float64Array, v: Float64Array, beta: number, from: number, n: number): void {
  const sums = new Float64Array(n);
  for (let i = from; i < n; i++) {
    const vi = v[i] as number;
    for (let c = 0; c < n; c++) sums[c] = (sums[c] as number) + vi * (rows[i * n + c] as number);
  }
  for (let i = from; i < n; i++) {
    const scale = beta * (v[i] as number);
    for (let c = 0; c < n; c++) rows[i * n + c] = (rows[i * n + c] as number) - scale * (sums[c] as number);
  }
}

/** Makes T diagonal in place, and applies the same rotations to the rows. */
function diagonalise(d: Float64Array, e: Float64Array, rows: Float64Array, n: number): void {
  let high = n - 1;
  for (let step = 0; high > 0 && step < MAX_STEPS * n; ) {
    const isSmall = (i: number) =>
      Math.abs(e[i] as number) <= Number.EPSILON * (Math.abs(d[i] as number) + Math.abs(d[i + 1] as number));
    if (isSmall(high - 1)) {
      e[high - 1] = 0;
      high--;
      continue;
    }
    let low = high - 1;
    while (low > 0 && !isSmall(low - 1)) low--;
    qrStep(d, e, rows, n, low, high);
    step++;
  }
}

/** One implicit QR step on the unreduced block low … high of T. */
function qrStep(d: Float64Array, e: Float64Array, rows: Float64Array, n: number, low: number, high: number): void {
  const half = ((d[high - 1] as number) - (d[high] as number)) / 2;
  const last = e[high - 1] as number;
  const shift = (d[high] as number) - last ** 2 / (half + (half < 0 ? -1 : 1) * Math.hypot(half, last));
  let [x, z] = [(d[low] as number) - shift, e[low] as number];
  for (let k = low; k < high; k++) {
    const length = Math.hypot(x, z);
    const [c, s] = length === 0 ? [1, 0] : [x / length, z / length];
    if (k > low) e[k - 1] = length;
    const [p, q, r] = [d[k] as number, e[k] as number, d[k + 1] as number];
    d[k] = c * c * p + 2 * c * s * q + s * s * r;
    d[k + 1] = s * s * p - 2 * c * s * q + c * c * r;
    e[k] = c * s * (r - p) + (c * c - s * s) * q;
    if (k < high - 1) {
      x = e[k] as number;
      z = s * (e[k + 1] as number);
      e[k + 1] = c * (e[k + 1] as number);
    }
    const [upper, lower] = [k * n, (k + 1) * n];
    for (let i = 0; i < n; i++) {
      const [u, l] = [rows[upper + i] as number, rows[lower + i] as number];
      rows[upper + i] = c * u + s * l;
      rows[lower + i] = c * l - s * u;
    }
  }
}
