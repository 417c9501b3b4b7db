import { sum } from "@climb/numeric";

/** Domains that change together: w_j = ratio_j · (weight of the group). */
export interface FixedGroup {
  /** Indexes of the domains. */
  members: readonly number[];
  /** One for each member; they sum to 1. */
  ratios: readonly number[];
}

/** Every domain in a group: the given ones, and each other domain alone. @throws RangeError for groups that make no sense */
export function fixedGroups(
  domains: readonly string[],
  given: readonly { domains: readonly string[]; ratios: readonly number[] }[],
): FixedGroup[] {
  if (given.length === 0) return [];
  const taken = new Set<number>();
  const groups = given.map(({ domains: names, ratios }) => {
    if (names.length !== ratios.length || names.length === 0) {
      throw new RangeError(`a fixed group has ${names.length} domains and ${ratios.length} ratios, expected as many`);
    }
    const total = sum(ratios);
    const members = names.map((name, i) => {
      const j = domains.indexOf(name);
      if (j < 0) throw new RangeError(`fixed group: there is no domain "${name}"`);
      if (taken.has(j)) throw new RangeError(`domain "${name}" is in two fixed groups, or twice in one`);
      if (!((ratios[i] as number) > 0)) throw new RangeError(`ratio of "${name}" is ${ratios[i]}, expected above 0`);
      taken.add(j);
      return j;
    });
    return { members, ratios: ratios.map((ratio) => ratio / total) };
  });
  const alone = domains.flatMap((_, j) => (taken.has(j) ? [] : [{ members: [j], ratios: [1] }]));
  return [...groups, ...alone];
}

/** Bounds of the groups' weights. */
export function collapse(
  { lower, upper }: { lower: Float64Array; upper: Float64Array },
  groups: readonly FixedGroup[],
): { lower: Float64Array; upper: Float64Array } {
  const over = (bounds: Float64Array, { members, ratios }: FixedGroup) =>
    members.map((j, i) => (bounds[j] as number) / (ratios[i] as number));
  return {
    lower: Float64Array.from(groups, (group) => Math.max(...over(lower, group))),
    upper: Float64Array.from(groups, (group) => Math.min(1, ...over(upper, group))),
  };
}
