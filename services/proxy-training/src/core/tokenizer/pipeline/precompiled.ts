/**
 * SentencePiece's normalisation as `Precompiled` holds it: base64 of the size of a trie (uint32, little-endian, bytes), a double
 * array trie as Darts writes it, and replacements that end in NUL. Graphemes of fewer than six UTF-8 bytes are looked up whole,
 * all others character by character, as the Rust library does.
 * @throws RangeError if the map is cut off
 */
export function precompiled(base64: string): (text: string) => string {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const trieBytes = bytes.length < 4 ? -1 : view.getUint32(0, true);
  if (trieBytes < 4 || 4 + trieBytes > bytes.length) {
    throw new RangeError(`precompiled_charsmap has ${bytes.length} bytes, expected 4 and ${trieBytes} of a trie`);
  }
  const units = Uint32Array.from({ length: trieBytes >> 2 }, (_, i) => view.getUint32(4 + 4 * i, true));
  const replacements = bytes.subarray(4 + trieBytes);
  const replacementAt = (start: number) => {
    const end = replacements.indexOf(0, start);
    return new TextDecoder().decode(replacements.subarray(start, end < 0 ? undefined : end));
  };

  const encoder = new TextEncoder();
  /** The replacement of the shortest beginning of the text that has one; of a grapheme it stands for all of it. */
  const replacementOf = (text: Uint8Array): string | undefined => {
    let place = offsetOf(units[0] ?? 0);
    for (const byte of text) {
      place ^= byte;
      const unit = units[place] ?? 0;
      // Bit 31 marks a value, bits 0 to 7 are the byte that leads here, bit 8 says that a value follows.
      if (byte === 0 || (unit & 0x800000ff) >>> 0 !== byte) return undefined;
      place ^= offsetOf(unit);
      if ((unit >>> 8) & 1) return replacementAt((units[place] ?? 0) & 0x7fffffff);
    }
    return undefined;
  };

  const ofCharacter = remembered((character) => replacementOf(encoder.encode(character)) ?? character);
  const ofGrapheme = remembered((grapheme) => {
    const utf8 = encoder.encode(grapheme);
    const whole = utf8.length < 6 ? replacementOf(utf8) : undefined;
    return whole ?? Array.from(grapheme, ofCharacter).join("");
  });
  const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return (text) =>
    text.replace(BETWEEN_SURE_ENDS, (part) =>
      part.length === 1
        ? ofGrapheme(part)
        : Array.from(segmenter.segment(part), ({ segment }) => ofGrapheme(segment)).join(""),
    );
}

/** Between two ASCII characters a grapheme always ends, but for CR LF: only the rest needs the segmenter, which is slow. */
const BETWEEN_SURE_ENDS = /\p{ASCII}?(?:\P{ASCII}+(?:(?!\r)\p{ASCII})?)+|\r\n|\p{ASCII}/gu;

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}

const REMEMBERED = 65_536;

function remembered(replace: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size >= REMEMBERED) known.clear();
    const replaced = replace(text);
    known.set(text, replaced);
    return replaced;
  };
}
