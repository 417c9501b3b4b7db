/**
 * Cuts text into words, inside which byte pairs are merged: runs of letters, of at most three digits, or of other
 * signs, each with one space before it if there is one, and runs of white space that leave the last space to the word
 * that follows. Every character falls into exactly one word.
 *
 * - White space is ASCII only, because engines disagree on `\s` beyond it (JavaScript counts U+FEFF, others U+0085).
 * - Runs are bounded, so that base64, minified code or Chinese do not become words that occur once and cost n² to merge.
 */
export const WORD_PATTERN =
  " ?[\\p{L}\\p{M}]{1,24}| ?\\p{N}{1,3}| ?[^\\t-\\r \\p{L}\\p{M}\\p{N}]{1,16}|[\\t-\\r ]{1,32}(?![^\\t-\\r ])|[\\t-\\r ]";

/** The words of `text` in order; joined they are `text` again. */
export function splitWords(text: string): readonly string[] {
  return text.match(new RegExp(WORD_PATTERN, "gu")) ?? [];
}

/** How often each word occurs in the texts given so far. */
export interface WordCounts {
  /** Counts the words of a document. A word never spans two documents. */
  add(text: string): void;
  readonly counts: ReadonlyMap<string, number>;
}

/** Starts counting words. Memory grows with the number of distinct words, not with the text. */
export function countWords(): WordCounts {
  const counts = new Map<string, number>();
  return {
    counts,
    add(text) {
      for (const word of splitWords(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
    },
  };
}
