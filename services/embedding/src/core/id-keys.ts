import { createIdTable, hashSeed } from "@climb/numeric";

/** Bytes that stand for an id. */
export const KEY_BYTES = 8;

/** Collects what stands for ids, eight bytes each: confusing two among ten million has a chance of 3 in a million. */
export function createKeyList(): { add(id: string): void; bytes(): Uint8Array } {
  let keys = new Uint32Array(2048);
  let used = 0;
  return {
    add(id) {
      if (used === keys.length) {
        const larger = new Uint32Array(2 * keys.length);
        larger.set(keys);
        keys = larger;
      }
      keys[used++] = hashSeed(id, 1) >>> 0;
      keys[used++] = hashSeed(2, id) >>> 0;
    },
    bytes: () => new Uint8Array(keys.buffer, 0, 4 * used),
  };
}

/** Which keys were there before: in an earlier list, or earlier in the same one. Feed it the lists in their order. */
export function createDuplicateFinder(): { next(keys: Uint8Array): number[] } {
  const seen = createIdTable();
  return {
    next(keys) {
      const bytes = Buffer.from(keys.buffer, keys.byteOffset, keys.byteLength);
      const found: number[] = [];
      for (let at = 0; at < bytes.length; at += KEY_BYTES) {
        if (!seen.add(bytes.toString("latin1", at, at + KEY_BYTES), 0)) found.push(at / KEY_BYTES);
      }
      return found;
    },
  };
}
