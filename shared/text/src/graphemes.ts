// By table and not by Intl.Segmenter, which is slow and counts Khmer and Burmese differently from release to release.
const joins = joinTable();

/**
 * Number of characters as people count them: letters with their marks are one, and so is what UTF-16 writes as a pair;
 * joiners, variation selectors and the vowels and finals of Hangul syllables written as jamo are part of what they
 * follow. For text without such it is the length.
 */
export function graphemeCount(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) count += joins[text.charCodeAt(i)] as number;
  return count;
}

/** Whether every UTF-16 code unit of the text is a character of its own, so that lengths need no counting. */
export function isPlain(text: string): boolean {
  return graphemeCount(text) === text.length;
}

/** For each code unit 0 if it only continues a character, else 1. */
function joinTable(): Uint8Array {
  const table = new Uint8Array(0x10000).fill(1);
  const joining = /[\p{M}\u0e33\u0eb3\u200c\u200d]/u;
  for (let code = 0x300; code < 0x10000; code++) {
    const lowSurrogate = code >= 0xdc00 && code < 0xe000;
    const jamo = code >= 0x1160 && code < 0x1200;
    if (lowSurrogate || jamo || joining.test(String.fromCharCode(code))) table[code] = 0;
  }
  return table;
}
