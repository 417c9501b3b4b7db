import xxhash, { type XXHashAPI } from "xxhash-wasm";
import { byteQueue } from "./byte-queue.js";
import { unpackLz4Block } from "./lz4-block.js";
import { PackedDataError } from "./packed-data-error.js";

const FRAME = 0x184d2204;
const LEGACY_FRAME = 0x184c2102;
const WINDOW_BYTES = 64 * 1024;
/** Largest block by the three bits of the frame descriptor. */
const BLOCK_BYTES: Readonly<Record<number, number>> = { 4: 1 << 16, 5: 1 << 18, 6: 1 << 20, 7: 1 << 22 };

let hashes: Promise<XXHashAPI> | undefined;

/** The hash functions, loaded once. */
export function xxHashes(): Promise<XXHashAPI> {
  hashes ??= xxhash();
  return hashes;
}

/**
 * Unpacks one LZ4 frame that is all there, as it stands in other formats, whose own lengths are checked by their readers.
 * @throws PackedDataError
 */
export function unpackLz4FrameAtOnce(frame: Uint8Array): Uint8Array {
  const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  const flag = bytes[4] ?? 0;
  if (bytes.length < 11 || bytes.readUInt32LE(0) !== FRAME) throw new PackedDataError("no LZ4 frame begins here");
  const blockBytes = BLOCK_BYTES[((bytes[5] as number) >> 4) & 7] ?? 0;
  let at = 7 + (flag & 8 ? 8 : 0) + (flag & 1 ? 4 : 0);
  let output = Buffer.alloc(0);
  let end = 0;
  for (;;) {
    if (at + 4 > bytes.length) throw new PackedDataError("an LZ4 frame breaks off");
    const size = bytes.readUInt32LE(at);
    at += 4;
    if (size === 0) return output.subarray(0, end);
    const block = bytes.subarray(at, at + (size & 0x7fffffff));
    if (block.length < (size & 0x7fffffff)) throw new PackedDataError("an LZ4 frame breaks off");
    at += block.length + (flag & 16 ? 4 : 0);
    if (output.length < end + blockBytes) output = Buffer.concat([output.subarray(0, end)], 2 * end + blockBytes);
    if (size >>> 31) end += block.copy(output, end);
    else end = unpackLz4Block(block, output, end);
  }
}

/** Whether four bytes begin a frame that holds no data and is to be passed over, of LZ4 as of zstd. */
export function isSkippable(magic: number): boolean {
  return (magic & 0xfffffff0) >>> 0 === 0x184d2a50;
}

/**
 * Unpacks LZ4 frames, one or several, with skippable ones between them (lz4_Frame_format.md, version 1.6.4). Checksums of
 * blocks and of contents are verified.
 * @throws PackedDataError
 */
export async function* unpackLz4(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const queue = byteQueue(packed);
  const { h32Raw, create32 } = await xxHashes();
  const exactly = async (length: number) => {
    const bytes = await queue.take(length);
    if (bytes.length < length) throw new PackedDataError("unexpected end of file");
    return bytes;
  };
  for (;;) {
    const start = await queue.take(4);
    if (start.length === 0) return;
    const magic = start.length === 4 ? start.readUInt32LE(0) : 0;
    if (isSkippable(magic)) {
      await exactly((await exactly(4)).readUInt32LE(0));
      continue;
    }
    if (magic === LEGACY_FRAME) {
      throw new PackedDataError("it is of the legacy frame format; pack it again with lz4 1.4 or later (lz4 -d | lz4)");
    }
    if (magic !== FRAME) throw new PackedDataError(`no frame begins at byte ${queue.offset - start.length}`);
    const flags = await exactly(2);
    const [flag, descriptor] = [flags[0] as number, flags[1] as number];
    const has = (bit: number) => (flag & bit) !== 0;
    const [linked, blockSums, sized, summed, dictionary] = [!has(32), has(16), has(8), has(4), has(1)];
    if (dictionary) throw new PackedDataError("it needs a dictionary; pack it again without one");
    const rest = await exactly((sized ? 8 : 0) + 1);
    const header = Buffer.concat([flags, rest.subarray(0, -1)]);
    if (((h32Raw(header) >>> 8) & 0xff) !== rest.at(-1))
      throw new PackedDataError("the checksum of its header is wrong");
    const blockBytes = BLOCK_BYTES[(descriptor >> 4) & 7];
    if (blockBytes === undefined) throw new PackedDataError("its header names no size of blocks");
    const content = create32();
    // What was unpacked last stands before the next block, which may refer to it.
    const window = Buffer.alloc(WINDOW_BYTES + blockBytes);
    let kept = 0;
    for (;;) {
      const size = (await exactly(4)).readUInt32LE(0);
      if (size === 0) break;
      const length = size & 0x7fffffff;
      if (length > blockBytes + 16)
        throw new PackedDataError(`a block of ${length} bytes, expected ${blockBytes} at most`);
      const block = await exactly(length);
      if (blockSums && (await exactly(4)).readUInt32LE(0) !== h32Raw(block)) {
        throw new PackedDataError("the checksum of a block is wrong");
      }
      let end = kept + length;
      if (size >>> 31) block.copy(window, kept);
      else end = unpackLz4Block(block, window, kept);
      const unpacked = Buffer.from(window.subarray(kept, end));
      if (summed) content.update(unpacked);
      yield unpacked;
      kept = linked ? Math.min(WINDOW_BYTES, end) : 0;
      if (kept > 0) window.copyWithin(0, end - kept, end);
    }
    if (summed && (await exactly(4)).readUInt32LE(0) !== content.digest()) {
      throw new PackedDataError("the checksum of its content is wrong");
    }
  }
}
