import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { Readable } from "node:stream";
import type { AsyncBuffer } from "hyparquet";
import type { InputFile } from "./input-file.js";
import { nativePath } from "./native-path.js";
import { isS3, s3Range, s3Stream } from "./s3.js";

const CHUNK_BYTES = 256 * 1024;

/** The first bytes of a file or an object, as they are stored. */
export function firstBytes(path: string, length: number): Promise<Buffer> {
  return bytesAt(path, 0, length);
}

/** Some bytes of a file or an object, as they are stored; fewer if it ends before. */
export async function bytesAt(path: string, start: number, length: number): Promise<Buffer> {
  if (isS3(path)) return s3Range(path, start, length);
  const file = await open(nativePath(path));
  try {
    return await readAt(file, start, length);
  } finally {
    await file.close();
  }
}

/** The bytes of a file or an object from one on, as they are stored. */
export function openStream(path: string, start = 0): Readable {
  return isS3(path) ? s3Stream(path, start) : createReadStream(nativePath(path), { start, highWaterMark: CHUNK_BYTES });
}

/** A file or an object in random access. */
export function openBuffer({ path, sizeBytes }: InputFile): AsyncBuffer {
  const slice = async (start: number, end = sizeBytes) => {
    // A copy, because a Buffer may be a part of a larger memory.
    const from = start < 0 ? sizeBytes + start : start;
    return Uint8Array.from(await bytesAt(path, from, end - from)).buffer;
  };
  return { byteLength: sizeBytes, slice };
}

async function readAt(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  // One read may give less than there is.
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
