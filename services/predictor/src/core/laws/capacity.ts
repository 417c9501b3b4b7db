/** The floor c and the scale k of the power law for each size of proxy, in ascending order of parameters. */
export interface SizeLevels {
  capacities: Float64Array;
  c: Float64Array;
  k: Float64Array;
}

/**
 * c and k at a size, on least-squares lines over log(parameters) through those of the fitted sizes; of one size, its own.
 * The floor of positive losses does not fall below 0.
 * @param target parameters of the model that is predicted for; the largest proxy's when not given
 */
export function capacityLine({ capacities, c, k }: SizeLevels, target?: number): { c: number; k: number } {
  const last = capacities.length - 1;
  if (last === 0) return { c: c[0] as number, k: k[0] as number };
  const logs = capacities.map(Math.log);
  const at = Math.log(target ?? (capacities[last] as number));
  const floor = c.every((value) => value >= 0) ? 0 : Number.NEGATIVE_INFINITY;
  return { c: Math.max(floor, onLine(logs, c, at)), k: onLine(logs, k, at) };
}

function onLine(x: Float64Array, y: Float64Array, at: number): number {
  const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [centreX, centreY] = [meanOf(x), meanOf(y)];
  let [covariance, variance] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    covariance += ((x[i] as number) - centreX) * ((y[i] as number) - centreY);
    variance += ((x[i] as number) - centreX) ** 2;
  }
  return centreY + (covariance / variance) * (at - centreX);
}
