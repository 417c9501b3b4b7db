/** The lines and paragraphs of a document, as the quality rules count them. */
export interface Segments {
  /** Lines that are not blank, trimmed at the end (indentation is kept). */
  lines: string[];
  /** Paragraphs: runs of lines between blank lines, trimmed. */
  paragraphs: string[];
}

/** Cuts a text into lines and paragraphs. */
export function segment(text: string): Segments {
  return {
    lines: text
      .split(/\r\n|\n|\r/u)
      .map((line) => line.trimEnd())
      .filter((line) => line !== ""),
    paragraphs: text
      .split(/(?:\r?\n[ \t]*){2,}/u)
      .map((paragraph) => paragraph.trim())
      .filter((paragraph) => paragraph !== ""),
  };
}

/** A word in lower case without the punctuation around it. */
export function bareWord(word: string): string {
  // Marks are part of a word: without its vowel signs every short word of Hindi would be the same.
  return word.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{M}\p{N}]+$/gu, "");
}
