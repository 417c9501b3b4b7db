import { createGunzip } from "node:zlib";
import { firstBytes, openStream } from "./source.js";
import { isZstd, unpackZstd, ZstdDataError } from "./zstd.js";

const CHUNK_BYTES = 256 * 1024;
/** A file under this size is read at once: most files of a code base are, and a stream costs more than they do. */
const SMALL_BYTES = 32 * 1024;

/** The file could not be read to its end; `message` says why in words for the quarantine. */
export class DamagedFileError extends Error {
  override readonly name = "DamagedFileError";
}

function isGzip(start: Uint8Array): boolean {
  return start.length >= 2 && start[0] === 0x1f && start[1] === 0x8b;
}

/**
 * The content in pieces, unpacked if it is gzip or zstd (by its first bytes, whatever its name).
 * @throws DamagedFileError
 */
export async function* readBytes(path: string): AsyncGenerator<Buffer> {
  const start = await firstBytes(path, SMALL_BYTES).catch((error) => Promise.reject(damaged(error)));
  const gzip = isGzip(start);
  const zstd = isZstd(start);
  if (!gzip && !zstd && start.length < SMALL_BYTES) {
    if (start.length > 0) yield start;
    return;
  }
  const raw = openStream(path);
  const gunzip = gzip ? createGunzip({ chunkSize: CHUNK_BYTES }) : undefined;
  // Errors of the source must reach whoever reads the unpacked stream.
  raw.on("error", (error) => gunzip?.destroy(error));
  try {
    if (zstd) yield* unpackZstd(raw);
    else for await (const chunk of gunzip ? raw.pipe(gunzip) : raw) yield chunk as Buffer;
  } catch (error) {
    throw damaged(error);
  } finally {
    raw.destroy();
    gunzip?.destroy();
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
  const start = await firstBytes(path, 4);
  return isGzip(start) || isZstd(start);
}

function damaged(error: unknown): DamagedFileError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ZstdDataError) return new DamagedFileError(`corrupt zstd: ${message}`, { cause: error });
  const text = code.startsWith("Z_") ? `corrupt gzip: ${message}` : `cannot be read: ${message}`;
  return new DamagedFileError(text, { cause: error });
}
