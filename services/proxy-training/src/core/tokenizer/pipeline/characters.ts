/**
 * Kinds of characters as Hugging Face's Rust library has them (tokenizers 0.23.3, probed with every code point): its tables of
 * punctuation and marks end with Unicode 8, so what came later is neither. Sources of regular expressions with the flag u.
 */
export const WHITE_SPACE = "\\p{White_Space}";

const PUNCTUATION_SINCE =
  "\\u061d\\u09fd-\\u0a76\\u0c77-\\u0c84\\u1b4e-\\u1b4f\\u1b7d-\\u1b7f\\u2e43-\\u2e5d\\u{10d6e}-\\u{10f89}\\u{113d4}-\\u{1145d}" +
  "\\u{11660}-\\u{116b9}\\u{1183b}-\\u{11fff}\\u{12ff1}-\\u{12ff2}\\u{16d6d}-\\u{16fe2}\\u{1e5ff}-\\u{1e95f}";

/** One character of punctuation; every ASCII sign is one. */
export const PUNCTUATION = `(?:(?![${PUNCTUATION_SINCE}])[\\p{P}!-/:-@\\[-\`{-~]|[\\u166d\\u{111c9}])`;

const NONSPACING_SINCE =
  "\\u07fd\\u0897-\\u08e1\\u09fe\\u0afa-\\u0aff\\u0b55\\u0c04-\\u0c3c\\u0d00\\u0d3b-\\u0d3c\\u0d81\\u0eba\\u0ece\\u180f-\\u1886" +
  "\\u1abf-\\u1aeb\\u1df6-\\u1dfb\\ua82c\\ua8c5\\ua8ff\\ua9bd\\u{10d24}-\\u{10f85}\\u{11070}-\\u{11074}\\u{110c2}\\u{111c9}" +
  "\\u{111cf}\\u{1123e}-\\u{11241}\\u{1133b}\\u{113bb}-\\u{1145e}\\u{1182f}-\\u{1612f}\\u{16f4f}\\u{16fe4}" +
  "\\u{1cf00}-\\u{1cf46}\\u{1e000}-\\u{1e6f5}\\u{1e944}-\\u{1e94a}";

/** One mark that takes no room of its own, as BertNormalizer removes it. */
export const NONSPACING_MARK = `(?![${NONSPACING_SINCE}])\\p{Mn}`;

const MARKS_SINCE =
  "\\u07fd\\u0897-\\u08d3\\u09fe\\u0afa-\\u0aff\\u0b55\\u0c04-\\u0c3c\\u0cf3-\\u0d00\\u0d3b-\\u0d3c\\u0d81\\u0eba\\u0ece\\u1715" +
  "\\u180f\\u1abf-\\u1aeb\\u1cf7\\u1df6-\\u1dfa\\ua82c\\ua8ff\\u{10d24}-\\u{10f85}\\u{11070}-\\u{11074}\\u{110c2}" +
  "\\u{11145}-\\u{11146}\\u{111c9}\\u{111ce}-\\u{111cf}\\u{11241}\\u{1133b}\\u{113b8}-\\u{113e2}\\u{1145e}\\u{1182c}-\\u{11b67}" +
  "\\u{11d31}-\\u{1612f}\\u{16f4f}\\u{16f7f}-\\u{16f87}\\u{16fe4}-\\u{16ff1}\\u{1cf00}-\\u{1cf46}\\u{1e08f}-\\u{1e6f5}";

/** One mark of any kind, as StripAccents removes it. */
export const MARK = `(?:(?![${MARKS_SINCE}])\\p{M}|[\\u1cf2\\u1cf3])`;

/** One character of a word, as \w is there. */
export const WORD = "[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}]";

/** A Chinese character, as BertNormalizer sets it apart. */
export const CHINESE =
  "[\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{2a6df}\\u{2a700}-\\u{2b73f}\\u{2b740}-\\u{2b81f}" +
  "\\u{2b920}-\\u{2ceaf}\\u{2f800}-\\u{2fa1f}]";

/** A control character, as BertNormalizer removes it: not tab, line feed or carriage return. */
export const CONTROL = "(?![\\t\\n\\r\\u0890\\u0891\\u08e2\\u{110cd}\\u{13430}-\\u{1343f}])[\\p{Cc}\\p{Cf}\\p{Co}]";

/** Lower case, character by character: unlike JavaScript's, a sigma at the end of a word stays a plain one. */
export function lowerCase(text: string): string {
  return text.replaceAll("Σ", "σ").toLowerCase();
}
