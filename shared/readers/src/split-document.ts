import type { CorpusDocument } from "./document.js";

/**
 * Where to cut a text that is longer than `maxBytes`: the last paragraph end that fits, else the last line end, else the
 * last space, else as much as fits. Never within a character, never 0.
 */
export function cutPoint(text: string, maxBytes: number): number {
  const most = prefixLength(text, maxBytes);
  for (const mark of ["\n\n", "\n", " "]) {
    const at = text.lastIndexOf(mark, most - mark.length);
    // A mark near the start would make tiny pieces of a long text.
    if (at + mark.length > most / 2) return at + mark.length;
  }
  return most;
}

/** The document itself, or pieces of at most `maxBytes`, called id, id#2, id#3 … */
export function splitDocument(document: CorpusDocument, maxBytes: number): CorpusDocument[] {
  const pieces: CorpusDocument[] = [];
  let rest = document.text;
  // A UTF-16 unit takes at most three bytes: most texts need no count.
  while (rest.length * 3 > maxBytes && Buffer.byteLength(rest) > maxBytes) {
    const end = cutPoint(rest, maxBytes);
    pieces.push({ ...document, text: rest.slice(0, end) });
    rest = rest.slice(end);
  }
  if (rest.trim() !== "" || pieces.length === 0) pieces.push({ ...document, text: rest });
  return pieces.map((piece, i) => (i === 0 ? piece : { ...piece, id: `${document.id}#${i + 1}` }));
}

/** Length of the longest prefix of at most `maxBytes` UTF-8 bytes, in UTF-16 units; at least one character. */
function prefixLength(text: string, maxBytes: number): number {
  let bytes = 0;
  let i = 0;
  while (i < text.length) {
    const point = text.codePointAt(i) as number;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (bytes > maxBytes && i > 0) return i;
    i += point > 0xffff ? 2 : 1;
  }
  return i;
}
