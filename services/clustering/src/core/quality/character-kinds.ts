/** What a UTF-16 code unit counts as. */
export const [NOTHING, LETTER, DIGIT, PUNCTUATION] = [0, 1, 2, 3] as const;

/**
 * The kind of every UTF-16 code unit. Marks and joiners belong to the letter before them, the tshegs of Tibetan and the
 * Ethiopic word space separate words: they count as nothing, like spaces. Of a surrogate pair the first half counts, as
 * a letter.
 */
export const characterKinds = kindTable();

function kindTable(): Uint8Array {
  const table = new Uint8Array(0x10000).fill(LETTER);
  for (let code = 0; code < 0x10000; code++) table[code] = kindOf(code);
  return table;
}

function kindOf(code: number): number {
  if (code <= 32) return NOTHING;
  if (code >= 48 && code <= 57) return DIGIT;
  if ((code | 32) >= 97 && (code | 32) <= 122) return LETTER;
  if (code < 128) return PUNCTUATION;
  // Latin letters beyond ASCII; the few signs among them have always counted as letters.
  if (code < 0x300) return LETTER;
  // General punctuation, currency, arrows, mathematics, boxes.
  if (code >= 0x2000 && code < 0x2c00) return PUNCTUATION;
  if (code >= 0xd800 && code < 0xdc00) return LETTER;
  const character = String.fromCharCode(code);
  if (/[\p{M}\p{Z}\p{Cf}\u1361\u0f0b\u0f0c\udc00-\udfff]/u.test(character)) return NOTHING;
  if (/\p{Nd}/u.test(character)) return DIGIT;
  return /[\p{P}\p{S}]/u.test(character) ? PUNCTUATION : LETTER;
}
