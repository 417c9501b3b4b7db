export const POOLINGS = ["mean", "mean_sqrt_len", "cls", "lasttoken", "max", "weightedmean"] as const;
/** How the vectors of tokens become one: as sentence-transformers' Pooling module defines them. */
export type Pooling = (typeof POOLINGS)[number];

/**
 * The vector of one text from those of its tokens.
 * @param hidden length × width, row-major; only the first `length` rows of the text, no padding
 * @param from first token that counts: a prompt that the model's folder excludes comes before it
 */
export function pool(hidden: Float32Array, length: number, width: number, pooling: Pooling, from = 0): Float64Array {
  const out = new Float64Array(width);
  const row = (t: number) => hidden.subarray(t * width, (t + 1) * width);
  if (pooling === "cls") return Float64Array.from(row(0));
  if (pooling === "lasttoken") return Float64Array.from(row(length - 1));
  const first = from < length ? from : 0;
  if (pooling === "max") out.fill(Number.NEGATIVE_INFINITY);
  let weights = 0;
  for (let t = first; t < length; t++) {
    const values = row(t);
    const weight = pooling === "weightedmean" ? t + 1 : 1;
    weights += weight;
    for (let c = 0; c < width; c++) {
      const value = values[c] as number;
      const sum = out[c] as number;
      out[c] = pooling === "max" ? Math.max(sum, value) : sum + weight * value;
    }
  }
  if (pooling === "max") return out;
  const divisor = pooling === "mean_sqrt_len" ? Math.sqrt(weights) : weights;
  return out.map((sum) => sum / divisor);
}

/**
 * Writes the first out.length values with length one; a zero vector becomes the first axis, as no other has a claim.
 * @throws RangeError if a value is no finite number
 */
export function writeUnit(vector: Float64Array, out: Float32Array): void {
  let squares = 0;
  for (let c = 0; c < out.length; c++) squares += (vector[c] as number) ** 2;
  const length = Math.sqrt(squares);
  if (!Number.isFinite(length))
    throw new RangeError("the model gave a vector with NaN or Infinity; expected finite numbers");
  for (let c = 0; c < out.length; c++) out[c] = length > 0 ? (vector[c] as number) / length : c === 0 ? 1 : 0;
}
