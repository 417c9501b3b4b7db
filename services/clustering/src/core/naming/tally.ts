/**
 * How often terms and phrases occur, by the numbers of the one to three terms that they are made of; what a map of strings would
 * do, in the same order, without making the strings.
 */
export interface Tally {
  /** How many different ones were counted. */
  size: number;
  /** (capacity, {@link STRIDE}), of which `size` rows are used, in the order in which they first came. */
  rows: Int32Array;
  /** One above the row of each, by hash; a power of two of them. */
  slots: Int32Array;
}

/** Stands for no term where a phrase has fewer than three. */
export const NONE = -1;

/** What a row holds: the terms, then how often they occur. */
export const [FIRST, SECOND, THIRD, COUNT, STRIDE] = [0, 1, 2, 3, 4] as const;

const SMALLEST = 32;

export function emptyTally(): Tally {
  return { size: 0, rows: new Int32Array(STRIDE * SMALLEST), slots: new Int32Array(2 * SMALLEST) };
}

/** Counts a term or phrase so many more times, but to no more than `most` (or leaves the count above it as it is). */
export function countIn(tally: Tally, first: number, second: number, third: number, times: number, most: number): void {
  const { rows, slots } = tally;
  const mask = slots.length - 1;
  let slot = hashOf(first, second, third) & mask;
  for (let row = slots[slot] as number; row > 0; row = slots[slot] as number) {
    const at = (row - 1) * STRIDE;
    if (rows[at] === first && rows[at + SECOND] === second && rows[at + THIRD] === third) {
      const count = rows[at + COUNT] as number;
      if (count < most) rows[at + COUNT] = Math.min(most, count + times);
      return;
    }
    slot = (slot + 1) & mask;
  }
  if (2 * (tally.size + 1) > slots.length) {
    grow(tally);
    countIn(tally, first, second, third, times, most);
    return;
  }
  const at = tally.size * STRIDE;
  rows[at] = first;
  rows[at + SECOND] = second;
  rows[at + THIRD] = third;
  rows[at + COUNT] = Math.min(most, times);
  slots[slot] = ++tally.size;
}

/** Adds the counts of one tally to another. */
export function addTally(to: Tally, { rows, size }: Tally): void {
  for (let at = 0; at < size * STRIDE; at += STRIDE) {
    const [first, second, third] = [rows[at] as number, rows[at + SECOND] as number, rows[at + THIRD] as number];
    countIn(to, first, second, third, rows[at + COUNT] as number, Number.POSITIVE_INFINITY);
  }
}

/** The tally with those rows of another that are to be kept. */
export function filterTally(tally: Tally, isKept: (row: number) => boolean): Tally {
  const kept = emptyTally();
  const { rows } = tally;
  for (let row = 0; row < tally.size; row++) {
    if (!isKept(row)) continue;
    const at = row * STRIDE;
    const [first, second, third] = [rows[at] as number, rows[at + SECOND] as number, rows[at + THIRD] as number];
    countIn(kept, first, second, third, rows[at + COUNT] as number, Number.POSITIVE_INFINITY);
  }
  return kept;
}

/** Forgets everything, in time that grows with what is there and not with what once was. */
export function clear(tally: Tally): void {
  const { rows, slots, size } = tally;
  const mask = slots.length - 1;
  if (8 * size > slots.length) slots.fill(0);
  else
    for (let row = 1; row <= size; row++) {
      const at = (row - 1) * STRIDE;
      let slot = hashOf(rows[at] as number, rows[at + SECOND] as number, rows[at + THIRD] as number) & mask;
      // Slots that were emptied before lie on the way.
      while (slots[slot] !== row) slot = (slot + 1) & mask;
      slots[slot] = 0;
    }
  tally.size = 0;
}

function grow(tally: Tally): void {
  const { rows, size } = tally;
  const slots = new Int32Array(2 * tally.slots.length);
  const mask = slots.length - 1;
  for (let row = 1; row <= size; row++) {
    const at = (row - 1) * STRIDE;
    let slot = hashOf(rows[at] as number, rows[at + SECOND] as number, rows[at + THIRD] as number) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = row;
  }
  tally.slots = slots;
  tally.rows = new Int32Array((STRIDE * slots.length) / 2);
  tally.rows.set(rows);
}

function hashOf(first: number, second: number, third: number): number {
  const mixed = Math.imul(Math.imul(Math.imul(first, 0x9e3779b1) ^ second, 0x85ebca6b) ^ third, 0xc2b2ae35);
  return mixed ^ (mixed >>> 15);
}
