import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { type Compression, compressionOf, MAGIC_BYTES } from "./compression.js";
import { firstBytes, openStream } from "./source.js";
import { unpackBzip2 } from "./unpack/bzip2.js";
import { unpackLz4 } from "./unpack/lz4.js";
import { PackedDataError } from "./unpack/packed-data-error.js";
import { unpackXz } from "./unpack/xz.js";
import { unpackZstd } from "./unpack/zstd.js";

const CHUNK_BYTES = 256 * 1024;
/** A file under this size is read at once: most files of a code base are, and a stream costs more than they do. */
const SMALL_BYTES = 32 * 1024;

/** The file could not be read to its end; `message` says why in words for the quarantine. */
export class DamagedFileError extends Error {
  override readonly name = "DamagedFileError";
}

const UNPACKERS = { gzip: unpackGzip, zstd: unpackZstd, bzip2: unpackBzip2, xz: unpackXz, lz4: unpackLz4 };

/**
 * The content in pieces, unpacked if it is packed (by its first bytes, whatever its name).
 * @throws DamagedFileError
 */
export async function* readBytes(path: string): AsyncGenerator<Buffer> {
  const start = await firstBytes(path, SMALL_BYTES).catch((error) => Promise.reject(damaged(error)));
  const compression = compressionOf(start, path);
  if (!compression && start.length < SMALL_BYTES) {
    if (start.length > 0) yield start;
    return;
  }
  const raw = openStream(path);
  try {
    if (compression) yield* unpack(raw, compression);
    else for await (const chunk of raw) yield chunk as Buffer;
  } catch (error) {
    throw damaged(error);
  } finally {
    raw.destroy();
  }
}

/** Packed content in pieces. @throws DamagedFileError */
export async function* unpack(packed: AsyncIterable<Uint8Array>, compression: Compression): AsyncGenerator<Buffer> {
  try {
    yield* UNPACKERS[compression](packed);
  } catch (error) {
    throw damaged(error, compression);
  }
}

/** The content of a file that is not packed, from a byte on. @throws DamagedFileError */
export async function* readPlainBytes(path: string, start: number): AsyncGenerator<Buffer> {
  const raw = openStream(path, start);
  try {
    for await (const chunk of raw) yield chunk as Buffer;
  } catch (error) {
    throw damaged(error);
  } finally {
    raw.destroy();
  }
}

/** Whether a file begins as packed ones do. */
export async function isPacked(path: string): Promise<boolean> {
  return compressionOf(await firstBytes(path, MAGIC_BYTES), path) !== undefined;
}

async function* unpackGzip(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const raw = packed instanceof Readable ? packed : Readable.from(packed);
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  // Errors of the source must reach whoever reads the unpacked stream.
  raw.on("error", (error) => gunzip.destroy(error));
  try {
    for await (const chunk of raw.pipe(gunzip)) yield chunk as Buffer;
  } finally {
    gunzip.destroy();
  }
}

function damaged(error: unknown, compression?: Compression): DamagedFileError {
  if (error instanceof DamagedFileError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const message = error instanceof Error ? error.message : String(error);
  const isData = error instanceof PackedDataError || code.startsWith("Z_");
  const text = isData && compression ? `corrupt ${compression}: ${message}` : `cannot be read: ${message}`;
  return new DamagedFileError(text, { cause: error });
}
