/** Some of the shards of a group, one bit each: a group of 150,000 is written at each of its ends. */
export interface ShardSet {
  /** How many shards there are, in the set or not. */
  readonly shards: number;
  readonly bits: Uint8Array;
}

/** The shards whose flag is set. */
export function shardSet(flags: readonly boolean[]): ShardSet {
  const bits = new Uint8Array(Math.ceil(flags.length / 8));
  for (const [shard, flag] of flags.entries()) if (flag) setBit(bits, shard);
  return { shards: flags.length, bits };
}

/** The set with one shard more. */
export function withShard({ shards, bits }: ShardSet, shard: number): ShardSet {
  const more = Uint8Array.from(bits);
  if (shard < shards) setBit(more, shard);
  return { shards, bits: more };
}

/** Whether a shard is in the set. */
export function hasShard({ bits }: ShardSet, shard: number): boolean {
  return ((bits[shard >> 3] ?? 0) & (1 << (shard & 7))) !== 0;
}

/** Whether every shard is in the set. */
export function isWhole({ shards, bits }: ShardSet): boolean {
  const [bytes, rest] = [shards >> 3, shards & 7];
  for (let i = 0; i < bytes; i++) if (bits[i] !== 0xff) return false;
  return rest === 0 || bits[bytes] === (1 << rest) - 1;
}

/** The set as text; {@link readShardSet} takes it back. */
export function writeShardSet({ shards, bits }: ShardSet): { shards: number; bits: string } {
  return { shards, bits: Buffer.from(bits).toString("base64") };
}

/** The set that {@link writeShardSet} wrote. */
export function readShardSet({ shards, bits }: { shards: number; bits: string }): ShardSet {
  return { shards, bits: new Uint8Array(Buffer.from(bits, "base64")) };
}

function setBit(bits: Uint8Array, shard: number): void {
  bits[shard >> 3] = (bits[shard >> 3] ?? 0) | (1 << (shard & 7));
}
