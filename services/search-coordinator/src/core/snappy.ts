const BLOCK_BYTES = 65536;
const HASH_BITS = 14;
/** Knuth's multiplicative hashing of four bytes: 2^32 over the golden ratio. */
const MULTIPLIER = 0x9e3779b1 | 0;
/** Four bytes are looked up at once. */
const WORD_BYTES = 4;
/** After so many bytes without a match every second is looked at, then every third: what does not shrink is passed quickly. */
const PATIENCE_BITS = 5;

/** The kinds of element, in the low bits of its first byte. */
const [LITERAL, SHORT_COPY, COPY] = [0, 1, 2] as const;
/** Lengths up to here stand in the first byte of a literal; larger ones in the one or two bytes behind it. */
const INLINE_LENGTH = 60;
const LONGEST_COPY = 64;

/**
 * Bytes in the Snappy format (format_description.txt of google/snappy): the length, then literals and copies of what came
 * before. Each block of 64 KiB stands alone, so that places fit 16 bits. The same bytes give the same bytes.
 */
export function snappyCompress(input: Uint8Array): Uint8Array {
  const output = new Uint8Array(32 + input.length + Math.ceil(input.length / 6));
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  const places = new Uint16Array(1 << HASH_BITS);
  let at = 0;
  let rest = input.length;
  for (; rest >= 0x80; rest >>>= 7) output[at++] = (rest & 0x7f) | 0x80;
  output[at++] = rest;
  for (let start = 0; start < input.length; start += BLOCK_BYTES) {
    at = compressBlock(input, view, start, Math.min(input.length, start + BLOCK_BYTES), output, at, places.fill(0));
  }
  return output.subarray(0, at);
}

/** @returns where the output goes on */
function compressBlock(
  input: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  output: Uint8Array,
  from: number,
  places: Uint16Array,
): number {
  const last = end - WORD_BYTES;
  let at = from;
  let literal = start;
  // The table says 0 where nothing was seen yet, so the first byte is what is looked at then.
  let here = start + 1;
  for (;;) {
    let before = start;
    let misses = 1 << PATIENCE_BITS;
    let isFound = false;
    while (here <= last) {
      const word = view.getInt32(here, true);
      const hash = Math.imul(word, MULTIPLIER) >>> (32 - HASH_BITS);
      before = start + (places[hash] as number);
      places[hash] = here - start;
      isFound = view.getInt32(before, true) === word;
      if (isFound) break;
      here += misses++ >> PATIENCE_BITS;
    }
    if (!isFound) return writeLiteral(input, literal, end, output, at);
    const length = matchLength(input, view, before, here, end);
    at = writeLiteral(input, literal, here, output, at);
    at = writeCopy(here - before, length, output, at);
    here += length;
    literal = here;
    if (here > last) return writeLiteral(input, literal, end, output, at);
    places[Math.imul(view.getInt32(here - 1, true), MULTIPLIER) >>> (32 - HASH_BITS)] = here - 1 - start;
  }
}

/** How many bytes from two places on are the same; the first four are. */
function matchLength(input: Uint8Array, view: DataView, before: number, here: number, end: number): number {
  let length = WORD_BYTES;
  while (
    here + length + WORD_BYTES <= end &&
    view.getInt32(before + length, true) === view.getInt32(here + length, true)
  ) {
    length += WORD_BYTES;
  }
  while (here + length < end && input[before + length] === input[here + length]) length++;
  return length;
}

function writeLiteral(input: Uint8Array, start: number, end: number, output: Uint8Array, from: number): number {
  const length = end - start;
  if (length === 0) return from;
  let at = from;
  if (length <= INLINE_LENGTH) output[at++] = ((length - 1) << 2) | LITERAL;
  else if (length <= 0x100) {
    output[at++] = (INLINE_LENGTH << 2) | LITERAL;
    output[at++] = length - 1;
  } else {
    output[at++] = ((INLINE_LENGTH + 1) << 2) | LITERAL;
    output[at++] = (length - 1) & 0xff;
    output[at++] = (length - 1) >> 8;
  }
  for (let i = start; i < end; i++) output[at++] = input[i] as number;
  return at;
}

function writeCopy(distance: number, given: number, output: Uint8Array, from: number): number {
  let at = from;
  let length = given;
  while (length > 0) {
    // No copy of fewer than four bytes may be left over: a short one cannot say so.
    const part = length <= LONGEST_COPY ? length : Math.min(LONGEST_COPY, length - WORD_BYTES);
    if (part < 12 && distance < 2048) {
      output[at++] = ((distance >> 8) << 5) | ((part - WORD_BYTES) << 2) | SHORT_COPY;
      output[at++] = distance & 0xff;
    } else {
      output[at++] = ((part - 1) << 2) | COPY;
      output[at++] = distance & 0xff;
      output[at++] = distance >> 8;
    }
    length -= part;
  }
  return at;
}
