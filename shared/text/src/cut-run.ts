import { cuttingOf } from "./scripts.js";

const segmenter = new Intl.Segmenter("und", { granularity: "word" });

// The segmenter looks at a whole run at once; nobody writes words of this length.
const LONGEST_RUN = 2000;

// Letters and signs of the Myanmar script that Burmese does not use: where they occur, its dictionary says nothing.
const otherThanBurmese = /[\u1022\u1028\u1033-\u1035\u105a-\u108f\u109a-\u109f\ua9e0-\ua9fe\uaa60-\uaa7f]/u;

// What cannot begin a word: a mark, or a final consonant with its killer; what cannot end one: a stacking sign.
const unfinished = /^(?:\p{M}|[\u1000-\u103f\u105a-\u108f\uaa60-\uaa7f]\u103a)|^[^\u1039]*\u1039$/u;

// A consonant or vowel, what is stacked on it, its marks, and final consonants with a killer.
const myanmarSyllable =
  /(?:\P{M}(?:\u1039\P{M}|\p{M})*)(?:[\u1000-\u1021\u105a-\u1060\u1075-\u1081\uaa60-\uaa6f]\u103a[\u1036-\u1038\u1087-\u108d\u103b-\u103e]*(?!\u1039))*|\p{M}+/gu;
// The same without finals; the killers of Tai Tham, Balinese and Javanese stack the next letter.
const cluster = /\P{M}(?:[\u1a60\u1b44\ua9c0]\P{M}|\p{M})*|\p{M}+/gu;

/**
 * The words of a run of letters of one script without spaces, in their order; together they are the run. Chinese,
 * Japanese, Thai, Lao, Khmer and Burmese are cut by the dictionaries of `Intl.Segmenter`, others into syllables. The
 * segmenter is given nothing but such a run, because what it makes of the punctuation and digits around it differs
 * between Node.js releases.
 */
export function cutRun(run: string): string[] {
  switch (cuttingOf(run)) {
    case "dictionary":
      return byDictionary(run);
    case "burmese":
      return otherThanBurmese.test(run) ? (run.match(myanmarSyllable) ?? []) : joined(byDictionary(run));
    case "syllables":
      // A Tibetan run ends at a tsheg, so it is a syllable; the others have one cluster each.
      return /^[\u0f00-\u0fff]/u.test(run) ? [run] : (run.match(cluster) ?? []);
    case undefined:
      return [run];
  }
}

function byDictionary(run: string): string[] {
  if (run.length === 1) return [run];
  const words: string[] = [];
  for (let start = 0; start < run.length; ) {
    const end = cutAt(run, start + LONGEST_RUN);
    for (const { segment } of segmenter.segment(run.slice(start, end))) words.push(segment);
    start = end;
  }
  return words;
}

/** The position, or one before it, so that no pair of surrogates is cut. */
function cutAt(run: string, position: number): number {
  if (position >= run.length) return run.length;
  const code = run.charCodeAt(position);
  return code >= 0xdc00 && code < 0xe000 ? position - 1 : position;
}

/** The dictionary cuts unknown Burmese words anywhere: what is no syllable belongs to the word before it. */
function joined(words: readonly string[]): string[] {
  const whole: string[] = [];
  for (const word of words) {
    const last = whole.at(-1);
    if (last !== undefined && (unfinished.test(word) || last.endsWith("\u1039"))) whole[whole.length - 1] = last + word;
    else whole.push(word);
  }
  return whole;
}
