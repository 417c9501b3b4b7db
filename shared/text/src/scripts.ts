// Written by code point, not by \p{Script}: what a run is must not change with the Unicode version of a Node.js release.

/** How the words of a script without spaces are found. */
export type Cutting = "dictionary" | "burmese" | "syllables";

interface UnspacedScript {
  cutting: Cutting;
  /** Letters and signs, as the inside of a regular expression's class; no punctuation, no digits. */
  letters: string;
}

// Each entry is cut by itself, so runs of two scripts never meet in one call of the segmenter.
const unspacedScripts: readonly UnspacedScript[] = [
  // Chinese characters, kana, half-width kana: Japanese changes between them inside of words.
  {
    cutting: "dictionary",
    letters:
      "\\u3005-\\u3007\\u3021-\\u3029\\u3031-\\u3035\\u3041-\\u3096\\u3099-\\u309f\\u30a1-\\u30fa\\u30fc-\\u30ff\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\uff66-\\uff9f\\u{20000}-\\u{3ffff}",
  },
  // Thai, Lao, Khmer.
  { cutting: "dictionary", letters: "\\u0e01-\\u0e3a\\u0e40-\\u0e4e" },
  { cutting: "dictionary", letters: "\\u0e81-\\u0ece\\u0edc-\\u0edf" },
  { cutting: "dictionary", letters: "\\u1780-\\u17d3\\u17d7\\u17dc\\u17dd" },
  // The Myanmar script: Burmese has a dictionary, Shan, Mon, Karen and others have none.
  {
    cutting: "burmese",
    letters:
      "\\u1000-\\u103f\\u104c-\\u104f\\u1050-\\u108f\\u109a-\\u109f\\ua9e0-\\ua9ef\\ua9fa-\\ua9fe\\uaa60-\\uaa7f",
  },
  // Tibetan and Dzongkha: the tsheg between syllables is a separator.
  { cutting: "syllables", letters: "\\u0f00\\u0f40-\\u0f84\\u0f86-\\u0fbc" },
  // Tai Le, New Tai Lue, Tai Tham, Tai Viet, Balinese, Javanese, Yi.
  { cutting: "syllables", letters: "\\u1950-\\u1974" },
  { cutting: "syllables", letters: "\\u1980-\\u19c9" },
  { cutting: "syllables", letters: "\\u1a20-\\u1a7f\\u1aa7" },
  { cutting: "syllables", letters: "\\uaa80-\\uaadd" },
  { cutting: "syllables", letters: "\\u1b00-\\u1b4c" },
  { cutting: "syllables", letters: "\\ua980-\\ua9c0" },
  { cutting: "syllables", letters: "\\ua000-\\ua48c" },
];

/** The letters of all scripts without spaces between words, as the inside of a class of a regular expression (flag u). */
export const unspacedLetters = unspacedScripts.map(({ letters }) => letters).join("");

/**
 * What separates words beside white space: the zero-width space, the Ethiopic word space, the Tibetan tshegs, the marks
 * of Runic, Phoenician, Ugaritic, Old Persian and cuneiform texts; as the inside of a class.
 */
export const wordSeparators =
  "\\u200b\\u1361\\u0f0b\\u0f0c\\u0fd2\\u16eb-\\u16ed\\u2e31\\u{1091f}\\u{1039f}\\u{103d0}\\u{12470}-\\u{12474}";

/**
 * Marks that end a clause or sentence and that many write without a space after them: dandas, the Armenian, Hebrew,
 * Arabic, Syriac, Ethiopic, Khmer, Mongolian and East Asian ones; as the inside of a class.
 */
export const clauseMarks =
  "\\u0964\\u0965\\u0589\\u05be\\u05c3\\u060c\\u061b\\u061f\\u06d4\\u0700-\\u070d\\u1362-\\u1368\\u0f0d-\\u0f12\\u104a\\u104b\\u17d4-\\u17d6\\u1802-\\u1805\\u1808\\u1809\\u2e41\\u3001\\u3002\\ua4fe\\ua4ff\\uff01\\uff0c\\uff0e\\uff1a\\uff1b\\uff1f\\uff61\\uff64";

const byRun = new RegExp(unspacedScripts.map(({ letters }) => `([${letters}])`).join("|"), "u");

/** A run of letters of one script without spaces, for a larger regular expression. */
export const unspacedRuns = unspacedScripts.map(({ letters }) => `[${letters}]+`).join("|");

/** How the words of a run are found, by its first letter; undefined for letters of scripts with spaces. */
export function cuttingOf(run: string): Cutting | undefined {
  const found = byRun.exec(String.fromCodePoint(run.codePointAt(0) ?? 0));
  if (!found) return undefined;
  return unspacedScripts[found.findIndex((group, i) => i > 0 && group !== undefined) - 1]?.cutting;
}
