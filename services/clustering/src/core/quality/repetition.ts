/** Share (0 to 1) of the characters that lie in units seen before in the same document (Gopher, table A1). */
export function duplicateShare(units: readonly string[]): number {
  const seen = new Set<string>();
  let [repeated, total] = [0, 0];
  for (const unit of units) {
    total += unit.length;
    if (seen.has(unit)) repeated += unit.length;
    else seen.add(unit);
  }
  return total > 0 ? repeated / total : 0;
}

/** The words of a document as numbers: equal words, equal numbers; one that occurs once may have {@link ONCE}. Arrays may be longer than `count`. */
export interface NumberedWords {
  count: number;
  numbers: Int32Array;
  /** UTF-16 code units of each word. */
  lengths: Int32Array;
}

/** How much of a document its repeated runs of words cover. All are shares of the characters of all words, 0 to 1. */
export interface Repetition {
  /** By the most frequent run, its occurrences counted without overlap correction; a run that occurs once covers nothing. */
  top2gram: number;
  top4gram: number;
  /** By runs seen before; characters in overlapping runs count once. */
  duplicate5grams: number;
  duplicate10grams: number;
}

/** The number of a word or run that occurs once in the document, or holds a part that does. */
export const ONCE = -1;

/**
 * Repeated runs of words as Gopher counts them (arXiv 2112.11446, section A1.1). A run is numbered by the numbers of its
 * two halves, so equal numbers are equal runs, without hashes that two runs may share; and what holds a part that occurs
 * once need not be looked up, which in prose is nearly all.
 */
export function createRepetition(): (words: NumberedWords) => Repetition {
  let [slots, lefts, rights, counts, firsts] = buffers(1 << 12);
  // As much of the slots as this document needs: emptying those of the longest would take most of the time.
  let used = slots.length;

  /** Numbers of the runs left[i] right[i + shift] of n words, and what the repeated ones cover. */
  const join = (words: NumberedWords, left: Int32Array, right: Int32Array, shift: number, n: number) => {
    const { count, lengths } = words;
    const runs = new Int32Array(Math.max(0, count - n + 1));
    let [known, best, bestAt, repeated, coveredTo] = [0, 1, -1, 0, 0];
    slots.fill(0, 0, used);
    const mask = used - 1;
    for (let i = 0; i < runs.length; i++) {
      const [l, r] = [left[i] as number, right[i + shift] as number];
      if (l === ONCE || r === ONCE) {
        runs[i] = ONCE;
        continue;
      }
      let slot = (Math.imul(Math.imul(l, 0x9e3779b1) ^ r, 0x85ebca6b) >>> 8) & mask;
      let run = (slots[slot] as number) - 1;
      while (run >= 0 && (lefts[run] !== l || rights[run] !== r)) {
        slot = (slot + 1) & mask;
        run = (slots[slot] as number) - 1;
      }
      if (run < 0) {
        run = known++;
        slots[slot] = known;
        lefts[run] = l;
        rights[run] = r;
        counts[run] = 1;
        firsts[run] = i;
      } else {
        const times = (counts[run] as number) + 1;
        counts[run] = times;
        if (times > best) [best, bestAt] = [times, i];
        for (let j = Math.max(i, coveredTo); j < i + n; j++) repeated += lengths[j] as number;
        coveredTo = i + n;
      }
      runs[i] = run;
    }
    for (let run = 0; run < known; run++) if (counts[run] === 1) runs[firsts[run] as number] = ONCE;
    let top = 0;
    for (let j = bestAt; bestAt >= 0 && j < bestAt + n; j++) top += best * (lengths[j] as number);
    return { runs, top, repeated };
  };

  return (words) => {
    const { count, numbers } = words;
    let characters = 0;
    for (let i = 0; i < count; i++) characters += words.lengths[i] as number;
    if (characters === 0) return { top2gram: 0, top4gram: 0, duplicate5grams: 0, duplicate10grams: 0 };
    used = 2 ** Math.ceil(Math.log2(2 * count));
    if (used > slots.length) [slots, lefts, rights, counts, firsts] = buffers(used);
    const two = join(words, numbers, numbers, 1, 2);
    const four = join(words, two.runs, two.runs, 2, 4);
    const five = join(words, four.runs, numbers, 4, 5);
    const ten = join(words, five.runs, five.runs, 5, 10);
    return {
      top2gram: Math.min(1, two.top / characters),
      top4gram: Math.min(1, four.top / characters),
      duplicate5grams: five.repeated / characters,
      duplicate10grams: ten.repeated / characters,
    };
  };
}

function buffers(size: number) {
  const of = (length: number) => new Int32Array(length);
  return [of(size), of(size / 2), of(size / 2), of(size / 2), of(size / 2)] as const;
}
