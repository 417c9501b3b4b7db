/**
 * Moves one weight and re-scales all others so that the sum stays 1.
 * @param weights at least 0, sum 1
 * @param value 0 to 1
 */
export function moved(weights: readonly number[], index: number, value: number): number[] {
  const rest = 1 - (weights[index] ?? 0);
  const others = weights.length - 1;
  return weights.map((weight, j) => {
    if (j === index) return others === 0 ? 1 : value;
    return rest > 1e-9 ? (weight * (1 - value)) / rest : (1 - value) / others;
  });
}

/** A mixture as an address has it: "d00:0.25,d03:0.75"; what is not named has 0. */
export function written(weights: readonly number[], ids: readonly string[]): string {
  return ids
    .map((id, j) => [id, weights[j] ?? 0] as const)
    .filter(([, weight]) => weight >= 5e-5)
    .map(([id, weight]) => `${id}:${Number(weight.toFixed(4))}`)
    .join(",");
}

/** The mixture of an address, its sum made 1; undefined if it names no known domain with a weight. */
export function read(text: string, ids: readonly string[]): number[] | undefined {
  const given = new Map(text.split(",").map((part) => part.split(":") as [string, string]));
  const weights = ids.map((id) => {
    const weight = Number(given.get(id) ?? 0);
    return Number.isFinite(weight) && weight > 0 ? weight : 0;
  });
  const sum = weights.reduce((a, b) => a + b, 0);
  return sum > 0 ? weights.map((weight) => weight / sum) : undefined;
}
