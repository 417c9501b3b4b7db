import { Decompress } from "fzstd";
import { byteQueue } from "./byte-queue.js";
import { isSkippable, xxHashes } from "./lz4.js";
import { PackedDataError } from "./packed-data-error.js";

/** Small pieces: what they unpack to is held at once, and a piece may unpack to hundreds of times its size. */
const PIECE_BYTES = 16 * 1024;
const FRAME = 0xfd2fb528;
const DICTIONARY_BYTES = [0, 1, 2, 4] as const;
/** Of the content size, by its two bits in the frame header. */
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;
/** A longer window would take as much memory in each thread. */
const MAX_WINDOW_BYTES = 512 * 1024 * 1024;
const REPEATED_BYTE = 1;

/**
 * Unpacks zstd: one frame or several, with skippable ones anywhere (RFC 8878). The frames are found here, block by block,
 * so that their checksums can be verified, which the unpacker does not do.
 * @throws PackedDataError
 */
export async function* unpackZstd(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const queue = byteQueue(packed);
  const { create64 } = await xxHashes();
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
      for (let left = (await exactly(4)).readUInt32LE(0); left > 0; ) {
        const { length } = await queue.some(left);
        if (length === 0) throw new PackedDataError("unexpected end of file");
        left -= length;
      }
      continue;
    }
    if (magic !== FRAME) throw new PackedDataError(`no frame begins at byte ${queue.offset - start.length}`);

    const descriptor = await exactly(1);
    const { headBytes, isSummed, hasWindow } = frameHead(descriptor[0] as number);
    const head = await exactly(headBytes);
    if (hasWindow) expectWindow(head[0] as number);
    const ready: Buffer[] = [];
    const hash = create64();
    // A copy, because the unpacker writes on in the memory that it has handed out.
    const unpacker = new Decompress((data) => void ready.push(Buffer.from(data)));
    const push = (piece: Uint8Array) => {
      try {
        unpacker.push(piece, false);
      } catch (error) {
        throw new PackedDataError(error instanceof Error ? error.message : String(error), { cause: error });
      }
    };
    const unpacked = () => {
      const taken = ready.splice(0);
      if (isSummed) for (const bytes of taken) hash.update(bytes);
      return taken;
    };
    push(Buffer.concat([start, descriptor, head]));
    for (let isLast = false; !isLast; ) {
      const block = await exactly(3);
      push(block);
      isLast = ((block[0] as number) & 1) === 1;
      const type = ((block[0] as number) >> 1) & 3;
      let left = type === REPEATED_BYTE ? 1 : block.readUIntLE(0, 3) >> 3;
      while (left > 0) {
        const piece = await queue.some(Math.min(left, PIECE_BYTES));
        if (piece.length === 0) {
          yield* unpacked();
          throw new PackedDataError("unexpected end of file");
        }
        left -= piece.length;
        push(piece);
        yield* unpacked();
      }
    }
    const sum = isSummed ? await exactly(4) : Buffer.alloc(0);
    push(sum);
    yield* unpacked();
    if (isSummed && Number(hash.digest() & 0xffffffffn) !== sum.readUInt32LE(0)) {
      throw new PackedDataError("the checksum of its content is wrong");
    }
  }
}

/** How many bytes of a frame's header follow the first, and what it says (RFC 8878, section 3.1.1.1). */
function frameHead(descriptor: number): { headBytes: number; isSummed: boolean; hasWindow: boolean } {
  const isSingle = (descriptor & 32) !== 0;
  const dictionary = DICTIONARY_BYTES[descriptor & 3] as number;
  if (dictionary > 0) throw new PackedDataError("it needs a dictionary; pack it again without one");
  const size = (CONTENT_SIZE_BYTES[descriptor >> 6] as number) || (isSingle ? 1 : 0);
  return { headBytes: (isSingle ? 0 : 1) + dictionary + size, isSummed: (descriptor & 4) !== 0, hasWindow: !isSingle };
}

function expectWindow(byte: number): void {
  const base = 2 ** (10 + (byte >> 3));
  const bytes = base + (base / 8) * (byte & 7);
  if (bytes <= MAX_WINDOW_BYTES) return;
  const window = `its window is ${Math.ceil(bytes / 2 ** 20)} MiB long, at most ${MAX_WINDOW_BYTES / 2 ** 20} are read`;
  throw new PackedDataError(`${window}; pack it again with zstd --long=29 or less`);
}
