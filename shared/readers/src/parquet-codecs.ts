import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { decompress } from "fzstd";
import type { Compressors } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { unpackLz4FrameAtOnce } from "./unpack/lz4.js";
import { unpackLz4Block } from "./unpack/lz4-block.js";

const LZ4_FRAME = 0x184d2204;

/**
 * What unpacks the pages of Parquet. Each must give as many bytes as the page announces: unpackers that fill a buffer of
 * that length leave zeros behind where they end early, and zeros are valid text.
 */
export const pageCodecs: Compressors = {
  GZIP: (page, length) => expectLength(gunzipSync(page), length),
  BROTLI: (page, length) => expectLength(brotliDecompressSync(page), length),
  ZSTD: (page, length) => expectLength(length === 0 ? new Uint8Array(0) : decompress(page), length),
  SNAPPY: (page, length) => {
    if (snappyLength(page) !== length)
      throw new Error(`a Snappy page of ${snappyLength(page)} bytes, expected ${length}`);
    if (!compressors.SNAPPY) throw new Error("Snappy is not supported here");
    return length === 0 ? new Uint8Array(0) : compressors.SNAPPY(page, length);
  },
  LZ4_RAW: rawLz4,
  LZ4: (page, length) => {
    const bytes = Buffer.from(page.buffer, page.byteOffset, page.byteLength);
    if (bytes.length >= 4 && bytes.readUInt32LE(0) === LZ4_FRAME)
      return expectLength(unpackLz4FrameAtOnce(page), length);
    // Hadoop writes blocks with their lengths before them, others one bare block, and nothing says which it is.
    return hadoopLz4(bytes, length) ?? rawLz4(page, length);
  },
};

function rawLz4(page: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length);
  const end = unpackLz4Block(page, output);
  if (end !== length) throw new Error(`an LZ4 page of ${end} bytes, expected ${length}`);
  return output;
}

/** Undefined if the lengths do not fit, or a block is none. */
function hadoopLz4(page: Buffer, length: number): Uint8Array | undefined {
  const output = new Uint8Array(length);
  let [at, end] = [0, 0];
  while (at + 8 <= page.length) {
    const [unpacked, packed] = [page.readUInt32BE(at), page.readUInt32BE(at + 4)];
    at += 8;
    if (at + packed > page.length || end + unpacked > length) return undefined;
    try {
      const block = output.subarray(end, end + unpacked);
      if (unpackLz4Block(page.subarray(at, at + packed), block) !== unpacked) return undefined;
    } catch {
      return undefined;
    }
    at += packed;
    end += unpacked;
  }
  return at === page.length && end === length ? output : undefined;
}

/** The length that a block of Snappy begins with. */
function snappyLength(page: Uint8Array): number {
  let length = 0;
  for (let i = 0; i < 5; i++) {
    const byte = page[i] ?? 0;
    length += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) break;
  }
  return length;
}

function expectLength(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) throw new Error(`a page of ${bytes.length} bytes, expected ${length}`);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
