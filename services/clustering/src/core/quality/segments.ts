/** A document cut into the units that the quality rules count. */
export interface Segments {
  /** Lines that are not blank, trimmed at the end (indentation is kept). */
  lines: string[];
  /** Paragraphs: runs of lines between blank lines, trimmed. */
  paragraphs: string[];
  /** Words between spaces; each character of a script written without spaces is a word of its own. */
  words: string[];
  /** Share (0 to 1) of the words that are such single characters. */
  unspacedShare: number;
}

// Han, Hiragana, Katakana, Thai, Lao, Khmer, Myanmar: scripts that put no spaces between words.
const unspaced = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]/u;
const unspacedOrRun = new RegExp(`${unspaced.source}|(?:(?!${unspaced.source})\\S)+`, "gu");

/** Cuts a text into lines, paragraphs and words, for any script. */
export function segment(text: string): Segments {
  const words = unspaced.test(text) ? (text.match(unspacedOrRun) ?? []) : text.split(/\s+/u).filter((w) => w !== "");
  let single = 0;
  for (const word of words) if (word.length === 1 && unspaced.test(word)) single++;
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
    unspacedShare: words.length > 0 ? single / words.length : 0,
  };
}

/** A word in lower case without the punctuation around it. */
export function bareWord(word: string): string {
  return word.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
}
