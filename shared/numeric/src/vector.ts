/** Any typed or plain array of numbers that is read by index. */
export type Vector = ArrayLike<number>;

/** Sum of the products of the entries. The arrays have equal length. */
export function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** Sum of the entries, in their order; 0 for an empty array. */
export function sum(values: Vector): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] as number;
  return total;
}

/** Euclidean length. */
export function norm(a: Vector): number {
  return Math.sqrt(dot(a, a));
}

/** Squared Euclidean distance. */
export function squaredDistance(a: Vector, b: Vector): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    total += difference * difference;
  }
  return total;
}

/** Index of the largest entry, the first of equals; -1 for an empty array. */
export function argMax(values: Vector): number {
  let best = -1;
  for (let i = 0; i < values.length; i++) {
    if (best < 0 || (values[i] as number) > (values[best] as number)) best = i;
  }
  return best;
}
