import { seeded } from "@climb/numeric";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NamedGroup, splitGroups } from "./splits.js";
import { cutTree, wardTree } from "./ward.js";

/** Groups of a random tree by a cut, with their ids. */
function cutAt(seed: number, leaves: number, count: number) {
  const random = seeded(seed);
  const sizes = Array.from({ length: leaves }, () => 1 + random.int(50));
  const merges = wardTree(
    Float32Array.from({ length: leaves * 3 }, () => random.normal()),
    3,
    sizes,
  );
  const groups = cutTree(leaves, merges, { groups: count });
  const named: NamedGroup[] = Array.from({ length: count }, (_, group) => ({
    id: `d0${group}`,
    leaves: Array.from(groups.keys()).filter((leaf) => groups[leaf] === group),
  }));
  return { sizes, merges, named };
}

describe("a split of domains", () => {
  it("leaves the others as they are, and cuts one into parts that are its clusters", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 8, max: 24 }), (seed, leaves) => {
        const { sizes, merges, named } = cutAt(seed, leaves, 4);
        const whole = named.reduce((a, b) => (b.leaves.length > a.leaves.length ? b : a));
        const split = splitGroups(named, merges, sizes, [{ domain: whole.id, into: 2 }]);
        const parts = split.filter(({ id }) => id.startsWith(`${whole.id}.`));
        expect(parts.map(({ id }) => id)).toEqual([`${whole.id}.0`, `${whole.id}.1`]);
        expect(parts.flatMap((part) => part.leaves).sort((a, b) => a - b)).toEqual(whole.leaves);
        expect(split.filter((group) => !parts.includes(group))).toEqual(named.filter((group) => group !== whole));
        const [first, second] = parts.map((part) =>
          part.leaves.reduce((sum, leaf) => sum + (sizes[leaf] as number), 0),
        );
        expect(first).toBeGreaterThanOrEqual(second as number);
      }),
    );
  });

  it("goes down the tree: splitting the domain that a cut splits next is that cut", () => {
    for (let seed = 0; seed < 40; seed++) {
      const { sizes, merges, named } = cutAt(seed, 12, 3);
      const next = cutAt(seed, 12, 4).named.map((group) => group.leaves.join());
      const found = named
        .filter(({ leaves }) => leaves.length > 1)
        .map(({ id }) =>
          splitGroups(named, merges, sizes, [{ domain: id, into: 2 }])
            .map((group) => group.leaves.join())
            .sort(),
        );
      expect(found).toContainEqual(next.sort());
    }
  });

  it("can be split again, and in more than two", () => {
    const { sizes, merges, named } = cutAt(7, 20, 2);
    const [whole] = [...named].sort((a, b) => b.leaves.length - a.leaves.length) as [NamedGroup];
    const once = splitGroups(named, merges, sizes, [{ domain: whole.id, into: 2 }]);
    const large = once.find(({ id, leaves }) => id.startsWith(whole.id) && leaves.length > 2) as NamedGroup;
    const twice = splitGroups(named, merges, sizes, [
      { domain: whole.id, into: 2 },
      { domain: large.id, into: 3 },
    ]);
    expect(twice.map(({ id }) => id)).toEqual(expect.arrayContaining([0, 1, 2].map((part) => `${large.id}.${part}`)));
    expect(twice).toHaveLength(5);
  });

  it("is refused for a domain that there is not, or of too few clusters", () => {
    const { sizes, merges, named } = cutAt(1, 8, 4);
    expect(() => splitGroups(named, merges, sizes, [{ domain: "d09", into: 2 }])).toThrow(
      "there is no domain d09 to split; expected one of d00, d01, d02, d03",
    );
    expect(() => splitGroups(named, merges, sizes, [{ domain: "d00", into: 9 }])).toThrow("cannot be split into 9");
  });
});
