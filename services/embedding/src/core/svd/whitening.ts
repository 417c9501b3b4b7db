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
