import { graphemeCount } from "@climb/text";

// What a UTF-16 code unit counts as.
const [NOTHING, LETTER, DIGIT, PUNCTUATION] = [0, 1, 2, 3] as const;
// Beside it: whether it only continues a character, is a hash mark or ellipsis, or a dot.
const [CONTINUES, SYMBOL, DOT] = [4, 8, 16] as const;

/** What the characters of a text tell. */
export interface CharacterCounts {
  /** Shares of the code units that are not white space, marks or joiners, 0 to 1. */
  digits: number;
  punctuation: number;
  /** Hash marks and ellipses, also those of three dots. */
  symbols: number;
  /** Whether every code unit is a character of its own, as people count them. */
  plain: boolean;
}

const kinds = kindTable();

/** Counts the first `length` code units in one pass. */
export function countCharacters(units: Uint16Array, length: number): CharacterCounts {
  let [digits, letters, visible, symbols, continuing, dots] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < length; i++) {
    const bits = kinds[units[i] as number] as number;
    const kind = bits & 3;
    if (kind === LETTER) letters++;
    else if (kind === DIGIT) digits++;
    if (kind !== NOTHING) visible++;
    if (bits <= PUNCTUATION) dots = 0;
    else {
      dots = bits & DOT ? dots + 1 : 0;
      if (bits & SYMBOL || dots === 3) {
        symbols++;
        dots = 0;
      }
      continuing |= bits & CONTINUES;
    }
  }
  const n = Math.max(1, visible);
  return { digits: digits / n, punctuation: (visible - digits - letters) / n, symbols, plain: continuing === 0 };
}

/**
 * The kind of every UTF-16 code unit. Marks and joiners belong to the letter before them, the tshegs of Tibetan and the
 * Ethiopic word space separate words: they count as nothing, like spaces. Of a surrogate pair the first half counts, as
 * a letter.
 */
function kindTable(): Uint8Array {
  return Uint8Array.from({ length: 0x10000 }, (_, code) => {
    const character = String.fromCharCode(code);
    const extra = character === "." ? DOT : character === "#" || character === "…" ? SYMBOL : 0;
    return kindOf(code) | extra | (graphemeCount(character) === 0 ? CONTINUES : 0);
  });
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
