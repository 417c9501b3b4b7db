import type { Merge } from "./ward.js";

/** A domain that is cut further along the tree. */
export interface Split {
  /** Of the cut, or of an earlier split: "d03", "d03.1". */
  domain: string;
  /** Parts wanted, at least 2. */
  into: number;
}

/** Clusters that belong together, by their place among the survivors, ascending. */
export interface NamedGroup {
  id: string;
  leaves: number[];
}

/**
 * Cuts some groups further, one split after the other; the others stay as they are. Parts stand where their domain stood, the
 * largest first, and have its id with a number: a path that says of each what it is a part of.
 * @param sizes of each leaf
 * @throws RangeError for a domain that there is not, or that has fewer clusters than parts are wanted
 */
export function splitGroups(
  groups: readonly NamedGroup[],
  merges: readonly Merge[],
  sizes: readonly number[],
  splits: readonly Split[],
): NamedGroup[] {
  return splits.reduce<NamedGroup[]>(
    (now, { domain, into }) => {
      const whole = now.find(({ id }) => id === domain);
      if (!whole) {
        throw new RangeError(
          `there is no domain ${domain} to split; expected one of ${now.map(({ id }) => id).join(", ")}`,
        );
      }
      const parts = cutNode(whole.leaves, merges, sizes.length, into)
        .map((leaves) => ({ leaves, size: leaves.reduce((sum, leaf) => sum + (sizes[leaf] as number), 0) }))
        .sort((a, b) => b.size - a.size || (a.leaves[0] as number) - (b.leaves[0] as number))
        .map(({ leaves }, part) => ({ id: `${domain}.${part}`, leaves }));
      return now.flatMap((group) => (group === whole ? parts : [group]));
    },
    [...groups],
  );
}

/** The leaves below one node of the tree in so many groups: all of its merges but the last ones, which are the widest. */
function cutNode(leaves: readonly number[], merges: readonly Merge[], leafCount: number, into: number): number[][] {
  if (into > leaves.length) throw new RangeError(`${leaves.length} clusters cannot be split into ${into} domains`);
  const below = new Map<number, number[]>(leaves.map((leaf) => [leaf, [leaf]]));
  let left = leaves.length - into;
  for (const [i, merge] of merges.entries()) {
    if (left === 0) break;
    const [a, b] = [below.get(merge.left), below.get(merge.right)];
    if (!a || !b) continue;
    below.delete(merge.left);
    below.delete(merge.right);
    below.set(
      leafCount + i,
      [...a, ...b].sort((x, y) => x - y),
    );
    left--;
  }
  return [...below.values()];
}
