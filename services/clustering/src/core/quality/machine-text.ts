/**
 * Share (0 to 1) of the characters inside markup: tags `<name …>`, `</name>`, comments and character references.
 * C4 (arXiv 1910.10683, section 2.2) extracts visible text before filtering; where that was not done, this tells.
 * A tag holds no other `<`, and an opening one does not follow a name, so that `a < b` and `vector<int>` do not count.
 */
export function markupShare(text: string): number {
  let inside = 0;
  for (const match of text.matchAll(
    /<\/[a-z][a-z0-9:-]*\s*>|(?<!\w)<[a-z][a-z0-9:-]*(?:\s[^<>]*)?\/?>|<!--[^>]*-->|<![a-z][^>]*>|&[a-z]+;|&#\d+;/giu,
  )) {
    inside += match[0].length;
  }
  return text.length > 0 ? inside / text.length : 0;
}

const LEAST_OPAQUE = 16;
const opaqueUnits = Uint8Array.from({ length: 0x10000 }, (_, code) =>
  /[A-Za-z0-9+=]/u.test(String.fromCharCode(code)) ? 1 : 0,
);

/**
 * Share (0 to 1) of the characters in opaque tokens: runs of 16 or more letters and digits that change between letter
 * and digit at least three times — digests, keys, generated identifiers. No model can learn to predict them.
 */
export function opaqueShare(units: Uint16Array, length: number): number {
  let [opaque, end] = [0, 0];
  // One character in sixteen is looked at: no run of that length escapes, and most texts hold nothing longer.
  for (let at = LEAST_OPAQUE - 1; at < length; at += LEAST_OPAQUE) {
    if (opaqueUnits[units[at] as number] === 0) continue;
    let start = at;
    while (start > end && opaqueUnits[units[start - 1] as number] === 1) start--;
    end = at + 1;
    while (end < length && opaqueUnits[units[end] as number] === 1) end++;
    if (end - start >= LEAST_OPAQUE && digitChanges(units, start, end) >= 3) opaque += end - start;
    at = end;
  }
  return length > 0 ? opaque / length : 0;
}

/** How often units[start, end) goes from letter to digit or back. */
function digitChanges(units: Uint16Array, start: number, end: number): number {
  let changes = 0;
  let previous = isDigit(units[start] as number);
  for (let i = start + 1; i < end; i++) {
    const digit = isDigit(units[i] as number);
    if (digit !== previous) changes++;
    previous = digit;
  }
  return changes;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
