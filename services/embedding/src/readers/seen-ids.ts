import { hashSeed } from "@climb/numeric";

/**
 * Remembers which ids were seen in eight bytes each (twice that while it grows). Two independent 32-bit hashes stand for
 * an id: among ten million the chance that any two are confused is 3 in a million.
 */
export function createSeenIds(): { add(id: string): boolean } {
  let slots = new Uint32Array(2 * 1024);
  let used = 0;

  const place = (table: Uint32Array, high: number, low: number): boolean => {
    const mask = table.length / 2 - 1;
    for (let i = low & mask; ; i = (i + 1) & mask) {
      if (table[2 * i] === 0 && table[2 * i + 1] === 0) {
        table[2 * i] = high;
        table[2 * i + 1] = low;
        return true;
      }
      if (table[2 * i] === high && table[2 * i + 1] === low) return false;
    }
  };

  return {
    /** Whether the id is new. */
    add(id) {
      if (used * 4 > slots.length) {
        const larger = new Uint32Array(slots.length * 2);
        for (let i = 0; i < slots.length; i += 2) {
          if (slots[i] !== 0 || slots[i + 1] !== 0) place(larger, slots[i] as number, slots[i + 1] as number);
        }
        slots = larger;
      }
      const isNew = place(slots, hashSeed(id, 1) >>> 0, (hashSeed(2, id) | 1) >>> 0);
      if (isNew) used++;
      return isNew;
    },
  };
}
