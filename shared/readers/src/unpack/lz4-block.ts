import { PackedDataError } from "./packed-data-error.js";

const LEAST_MATCH = 4;

/**
 * Unpacks one block of LZ4 into `output` from `start` on; returns where its content ends. Matches may reach back to what
 * stands before `start`. The format is that of lz4_Block_format.md of the LZ4 project, version 1.6.
 * @throws PackedDataError if the block is damaged or its content does not fit
 */
export function unpackLz4Block(block: Uint8Array, output: Uint8Array, start = 0): number {
  let at = 0;
  let end = start;
  const lengthOf = (nibble: number): number => {
    let length = nibble;
    if (nibble < 15) return length;
    for (;;) {
      const more = block[at++];
      if (more === undefined) throw new PackedDataError("LZ4 block ends within a length");
      length += more;
      if (more < 255) return length;
    }
  };
  while (at < block.length) {
    const token = block[at++] as number;
    const literals = lengthOf(token >> 4);
    if (at + literals > block.length) throw new PackedDataError("LZ4 block ends within its literals");
    if (end + literals > output.length) throw new PackedDataError("LZ4 block holds more than was announced");
    output.set(block.subarray(at, at + literals), end);
    at += literals;
    end += literals;
    // The last sequence has literals alone.
    if (at === block.length) return end;
    if (at + 2 > block.length) throw new PackedDataError("LZ4 block ends within an offset");
    const offset = (block[at] as number) | ((block[at + 1] as number) << 8);
    at += 2;
    const length = lengthOf(token & 15) + LEAST_MATCH;
    if (offset === 0 || offset > end)
      throw new PackedDataError(`LZ4 block refers to ${offset} bytes before, of ${end}`);
    if (end + length > output.length) throw new PackedDataError("LZ4 block holds more than was announced");
    if (offset >= length) output.copyWithin(end, end - offset, end - offset + length);
    else for (let i = end; i < end + length; i++) output[i] = output[i - offset] as number;
    end += length;
  }
  return end;
}
