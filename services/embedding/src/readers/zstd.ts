import { Decompress } from "fzstd";

/** Small pieces: what they unpack to is held at once, and a piece may unpack to hundreds of times its size. */
const PIECE_BYTES = 16 * 1024;

/** The data are no zstd or are cut off. */
export class ZstdDataError extends Error {
  override readonly name = "ZstdDataError";
}

/** Whether a file starts as a zstd frame does (RFC 8878, section 3.1.1). */
export function isZstd(start: Uint8Array): boolean {
  return start.length >= 4 && start[0] === 0x28 && start[1] === 0xb5 && start[2] === 0x2f && start[3] === 0xfd;
}

/** Unpacks zstd, one frame or several. Checksums are not verified. @throws ZstdDataError */
export async function* unpackZstd(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const ready: Buffer[] = [];
  // A copy, because the decompressor writes on in the memory that it has handed out.
  const unpacker = new Decompress((data) => void ready.push(Buffer.from(data)));
  const push = (piece: Uint8Array, final: boolean) => {
    try {
      unpacker.push(piece, final);
    } catch (error) {
      throw new ZstdDataError(error instanceof Error ? error.message : String(error), { cause: error });
    }
  };
  for await (const chunk of packed) {
    for (let start = 0; start < chunk.length; start += PIECE_BYTES) {
      push(chunk.subarray(start, start + PIECE_BYTES), false);
      yield* ready.splice(0);
    }
  }
  push(new Uint8Array(0), true);
  yield* ready.splice(0);
}
