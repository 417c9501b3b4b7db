import { wordsOf } from "@climb/text";

/** A document cut into the units that the quality rules count. */
export interface Segments {
  /** Lines that are not blank, trimmed at the end (indentation is kept). */
  lines: string[];
  /** Paragraphs: runs of lines between blank lines, trimmed. */
  paragraphs: string[];
  /** Words with the punctuation that is written to them; where a script has no spaces, by its dictionary or syllables. */
  words: string[];
  /** Share (0 to 1) of the words that are written in a script without spaces between words. */
  unspacedShare: number;
}

/** Cuts a text into lines, paragraphs and words, for any script. */
export function segment(text: string): Segments {
  const { words, unspaced } = wordsOf(text);
  return {
    lines: text
      .split(/\r\n|\n|\r/u)
      .map((line) => line.trimEnd())
      .filter((line) => line !== ""),
    paragraphs: text
      .split(/(?:\r?\n[ \t]*){2,}/u)
      .map((paragraph) => paragraph.trim())
      .filter((paragraph) => paragraph !== ""),
    words,
    unspacedShare: words.length > 0 ? unspaced / words.length : 0,
  };
}

/** A word in lower case without the punctuation around it. */
export function bareWord(word: string): string {
  // Marks are part of a word: without its vowel signs every short word of Hindi would be the same.
  return word.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{M}\p{N}]+$/gu, "");
}
