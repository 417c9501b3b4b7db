import fc from "fast-check";
import { expect, it } from "vitest";
import { hasShard, isWhole, readShardSet, shardSet, withShard, writeShardSet } from "./shard-set.js";

it("a set of shards has what was put in, before and after it was written, and is whole when nothing is missing", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 40 }), fc.nat(39), (flags, shard) => {
      const added = flags.map((flag, i) => flag || i === shard);
      const set = readShardSet(JSON.parse(JSON.stringify(writeShardSet(withShard(shardSet(flags), shard)))));
      expect(added.map((_, i) => hasShard(set, i))).toEqual(added);
      expect(isWhole(set)).toBe(added.every(Boolean));
      expect(hasShard(set, flags.length)).toBe(false);
    }),
  );
});
