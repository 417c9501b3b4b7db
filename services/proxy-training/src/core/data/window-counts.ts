import { toMillionths } from "@climb/numeric";

/**
 * How many of `windows` training windows each domain gets: weight × windows, rounded so that the sum is exact, by
 * largest remainder, ties to the lower index. Weights are taken in millionths, so the arithmetic is exact.
 *
 * @param windows integer up to 2^32.
 */
export function windowCounts(mixture: ArrayLike<number>, windows: number): number[] {
  const shares = Array.from(toMillionths(Float64Array.from(mixture)), (millionths) => millionths * windows);
  const counts = shares.map((share) => Math.floor(share / 1e6));
  const missing = windows - counts.reduce((total, count) => total + count, 0);
  const order = shares.map((_, domain) => domain);
  order.sort((a, b) => ((shares[b] as number) % 1e6) - ((shares[a] as number) % 1e6) || a - b);
  for (const domain of order.slice(0, missing)) counts[domain] = (counts[domain] as number) + 1;
  return counts;
}
