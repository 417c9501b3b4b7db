import { hashSeed } from "./random.js";

/** Remembers a number for each id. */
export interface IdTable {
  /** Whether the id is new; a known one keeps its value. */
  add(id: string, value: number): boolean;
  get(id: string): number | undefined;
  readonly size: number;
}

/** Words of a slot: two hashes and the value. */
const WORDS = 3;

/**
 * A table that takes 24 to 48 bytes an id. Two independent 32-bit hashes stand for
 * an id: among ten million the chance that any two are confused is 3 in a million.
 */
export function createIdTable(): IdTable {
  let slots = new Uint32Array(WORDS * 1024);
  let used = 0;

  /** The slot of a key, or the free one where it belongs. */
  const slotOf = (table: Uint32Array, high: number, low: number): number => {
    const mask = table.length / WORDS - 1;
    for (let i = low & mask; ; i = (i + 1) & mask) {
      const at = WORDS * i;
      const free = table[at] === 0 && table[at + 1] === 0;
      if (free || (table[at] === high && table[at + 1] === low)) return at;
    }
  };
  const grow = () => {
    const larger = new Uint32Array(slots.length * 2);
    for (let i = 0; i < slots.length; i += WORDS) {
      const [high, low] = [slots[i] as number, slots[i + 1] as number];
      if (high !== 0 || low !== 0) larger.set(slots.subarray(i, i + WORDS), slotOf(larger, high, low));
    }
    slots = larger;
  };
  const keyOf = (id: string): [high: number, low: number] => [hashSeed(id, 1) >>> 0, (hashSeed(2, id) | 1) >>> 0];

  return {
    add(id, value) {
      if (2 * WORDS * used > slots.length) grow();
      const key = keyOf(id);
      const at = slotOf(slots, ...key);
      if (slots[at + 1] !== 0) return false;
      slots.set([...key, value], at);
      used++;
      return true;
    },
    get(id) {
      const at = slotOf(slots, ...keyOf(id));
      return slots[at + 1] === 0 ? undefined : slots[at + 2];
    },
    get size() {
      return used;
    },
  };
}
