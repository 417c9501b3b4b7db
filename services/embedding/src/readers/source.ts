import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { type AsyncBuffer, asyncBufferFromFile } from "hyparquet";
import type { InputFile } from "./input-file.js";
import { isS3, s3Range, s3Stream } from "./s3.js";

const CHUNK_BYTES = 256 * 1024;

/** The first bytes of a file or an object, as they are stored. */
export async function firstBytes(path: string, length: number): Promise<Buffer> {
  if (isS3(path)) return s3Range(path, 0, length);
  const file = await open(path);
  try {
    const buffer = Buffer.allocUnsafe(length);
    const { bytesRead } = await file.read(buffer, 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The bytes of a file or an object from one on, as they are stored. */
export function openStream(path: string, start = 0): Readable {
  return isS3(path) ? s3Stream(path, start) : createReadStream(path, { start, highWaterMark: CHUNK_BYTES });
}

/** A file or an object in random access. */
export function openBuffer({ path, sizeBytes }: InputFile): Promise<AsyncBuffer> {
  if (!isS3(path)) return asyncBufferFromFile(path);
  const slice = async (start: number, end = sizeBytes) => {
    // A copy, because a Buffer may be a part of a larger memory.
    const from = start < 0 ? sizeBytes + start : start;
    return Uint8Array.from(await s3Range(path, from, end - from)).buffer;
  };
  return Promise.resolve({ byteLength: sizeBytes, slice });
}
