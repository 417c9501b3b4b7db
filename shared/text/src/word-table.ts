/** Numbers for words, so that texts can be counted in typed arrays and what is known of a word is found out once. */
export interface WordTable {
  /**
   * The number of the word units[start, end): equal words have equal numbers, counted from 0 in the order in which they
   * first came.
   * @param hash of the word's code units, by {@link hashUnit}
   */
  numberOf(units: Uint16Array, start: number, end: number, hash: number): number;
  /** What `describe` said of the word with this number. */
  factOf(number: number): number;
  /** Forgets all words if they are more than `most`, and says whether it did; numbers given before then mean nothing. */
  trim(): boolean;
  /** One above the greatest number. */
  size(): number;
}

/** The hash of no code units yet. */
export const EMPTY_HASH = 0x811c9dc5 | 0;

/** Takes one more code unit into a hash (FNV-1a over 16 bits). */
export function hashUnit(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193);
}

/** The hash of units[start, end). */
export function hashOf(units: Uint16Array, start: number, end: number): number {
  let hash = EMPTY_HASH;
  for (let i = start; i < end; i++) hash = hashUnit(hash, units[i] as number);
  return hash;
}

// What is kept of a word lies together, because nearly all the time goes into waiting for memory.
const [HASH, START, LENGTH, FACT, STRIDE] = [0, 1, 2, 3, 4] as const;

/**
 * @param describe called once for each different word, in the order of the numbers; its answer is kept as an int32
 * @param most words that are kept from one text to the next: bounds the memory, changes no number within a text
 */
export function createWordTable(describe: (word: string) => number, most = 1 << 17): WordTable {
  let slots = new Int32Array(1 << 14);
  let mask = slots.length - 1;
  let entries = new Int32Array(STRIDE << 12);
  let pool = new Uint16Array(1 << 16);
  let [count, used] = [0, 0];

  const rebuild = () => {
    slots = new Int32Array(2 * slots.length);
    mask = slots.length - 1;
    for (let at = 0; at < count * STRIDE; at += STRIDE) {
      let slot = slotOf(entries[at + HASH] as number) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = at + STRIDE;
    }
  };
  const add = (units: Uint16Array, start: number, end: number, hash: number, slot: number) => {
    const at = count * STRIDE;
    if (at === entries.length) entries = moved(entries, new Int32Array(2 * at));
    while (used + end - start > pool.length) pool = moved(pool, new Uint16Array(2 * pool.length));
    const own = units.subarray(start, end);
    pool.set(own, used);
    entries[at + HASH] = hash;
    entries[at + START] = used;
    entries[at + LENGTH] = end - start;
    entries[at + FACT] = describe(spelled(own));
    used += end - start;
    // One above the entry, so that 0 is an empty slot.
    slots[slot] = at + STRIDE;
    if (2 * ++count > slots.length) rebuild();
    return count - 1;
  };
  return {
    numberOf(units, start, end, hash) {
      let slot = slotOf(hash) & mask;
      for (let at = (slots[slot] as number) - STRIDE; at >= 0; at = (slots[slot] as number) - STRIDE) {
        if (entries[at + HASH] === hash && entries[at + LENGTH] === end - start) {
          const from = (entries[at + START] as number) - start;
          let i = start;
          while (i < end && pool[from + i] === units[i]) i++;
          if (i === end) return at / STRIDE;
        }
        slot = (slot + 1) & mask;
      }
      return add(units, start, end, hash, slot);
    },
    factOf: (number) => entries[number * STRIDE + FACT] as number,
    trim() {
      if (count <= most) return false;
      slots.fill(0);
      [count, used] = [0, 0];
      return true;
    },
    size: () => count,
  };
}

function slotOf(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) >>> 7;
}

function spelled(units: Uint16Array): string {
  // As many arguments as any stack holds. Applying is several times as fast as spreading.
  const most = 8192;
  const part = (from: number) => Reflect.apply(String.fromCharCode, undefined, units.subarray(from, from + most));
  let text = part(0);
  for (let from = most; from < units.length; from += most) text += part(from);
  return text;
}

function moved<T extends Int32Array | Uint16Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
