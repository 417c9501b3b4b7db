import { cutRun } from "./cut-run.js";
import { clauseMarks, unspacedLetters, unspacedRuns, wordSeparators } from "./scripts.js";

/** The words of a text. */
export interface Words {
  /** In their order, with the punctuation that is written to them, as spaces would leave them. */
  words: string[];
  /** How many of them are written in a script without spaces between words. */
  unspaced: number;
}

// Text in Latin, Greek or Cyrillic letters has none of these, and a class of few ranges is found to be absent ten times
// as fast as one of many.
const beyondLatin = /[\u0589-\u1dff\u200b-\u200d\u2e31\u2e41\u3000-\uffff]/;
const beyondSpaces = new RegExp(`[${unspacedLetters}${wordSeparators}${clauseMarks}]`, "u");
const unspacedLetter = new RegExp(`^[${unspacedLetters}]`, "u");
const chunks = new RegExp(`${unspacedRuns}|(?:(?![${unspacedLetters}${wordSeparators}])\\S)+`, "gu");
const afterClause = new RegExp(`(?<=[${clauseMarks}]\\p{P}*)(?=[\\p{L}\\p{M}])`, "u");

/** Whether a text has no letter or mark of a script that writes words together or separates them in its own way. */
export function isSimple(text: string): boolean {
  return !beyondLatin.test(text) || !(beyondSpaces.test(text) || /[\u200c\u200d]/.test(text));
}

/**
 * The words of a text in any script: what stands between spaces or other separators, and where a script has none, what
 * {@link cutRun} finds. Punctuation belongs to the word that it is written to, in every script. Text in Latin, Cyrillic
 * or other letters with spaces is cut at white space and costs no more than that.
 */
export function wordsOf(text: string): Words {
  if (isSimple(text)) {
    return { words: text.split(/\s+/u).filter((word) => word !== ""), unspaced: 0 };
  }
  const words: string[] = [];
  let [unspaced, end] = [0, -1];
  let before = "";
  for (const { 0: chunk, index } of text.matchAll(chunks)) {
    if (index !== end) {
      if (before !== "") words.push(before);
      before = "";
    }
    const touches = index === end && words.length > 0;
    end = index + chunk.length;
    if (unspacedLetter.test(chunk)) {
      const found = cutRun(chunk);
      unspaced += found.length;
      found[0] = before + found[0];
      before = "";
      words.push(...found);
    } else if (/^\p{P}+$/u.test(chunk)) {
      // "。」" ends the word before it and "「" begins the one after it.
      const closing = touches ? (/^[^\p{Ps}\p{Pi}]*/u.exec(chunk)?.[0] ?? "") : "";
      if (closing !== "") words[words.length - 1] += closing;
      before = chunk.slice(closing.length);
    } else {
      words.push(...(before + chunk).split(afterClause));
      before = "";
    }
  }
  if (before !== "") words.push(before);
  return { words, unspaced };
}
