/** Repeats after which a domain has given most of what it can: R of Muennighoff et al. (arXiv 2305.16264, section 5). */
const SATURATION = 15.4;

/**
 * What a weight is worth when its domain repeats: up to `onset`, where every token is seen once, the weight itself; then
 * onset · (1 + R (1 − e^{−(r − 1)/R})) with r = w / onset repeats (arXiv 2305.16264, equation 5).
 * @param onset tokens of the domain over tokens of the run
 */
export function effectiveWeight(weight: number, onset: number): number {
  if (weight <= onset) return weight;
  if (onset <= 0) return 0;
  return onset * (1 + SATURATION * -Math.expm1(-(weight / onset - 1) / SATURATION));
}

/** Its derivative in the weight. */
export function effectiveWeightSlope(weight: number, onset: number): number {
  if (weight <= onset) return 1;
  return onset <= 0 ? 0 : Math.exp(-(weight / onset - 1) / SATURATION);
}
