import { type FileHandle, open } from "node:fs/promises";
import { ServiceError } from "@climb/runtime";

/** fastText's magic number. */
const MAGIC = 793_712_314;
/** Its number for a supervised model. */
const SUPERVISED = 3;
const HEADER_BYTES = 76;

/**
 * Refuses what is no whole classifier before megabytes are loaded: fastText itself reads a file that was cut short
 * without a word. A quantised model (.ftz) may end otherwise; its end is not checked.
 * @throws ServiceError invalid PATH_UNREADABLE or MODEL_UNKNOWN
 */
export async function expectFastText(path: string): Promise<void> {
  let fault: string | undefined;
  try {
    const handle = await open(path);
    fault = await faultOf(handle, path).finally(() => handle.close());
  } catch (error) {
    const message = `${path} cannot be read: ${(error as Error).message}; expected a fastText classifier`;
    throw new ServiceError("invalid", "PATH_UNREADABLE", message, { path });
  }
  if (!fault) return;
  const message = `${path} ${fault}; expected a .bin or .ftz of a fastText classifier`;
  throw new ServiceError("invalid", "MODEL_UNKNOWN", message, { path });
}

async function faultOf(handle: FileHandle, path: string): Promise<string | undefined> {
  const header = await bytesAt(handle, 0, HEADER_BYTES);
  if (header.length < 4 || header.readInt32LE(0) !== MAGIC) return "does not begin as fastText's models do";
  if (header.length < HEADER_BYTES) return `is cut short after ${header.length} bytes`;
  if (header.readInt32LE(36) !== SUPERVISED) return "has word vectors, but no labels";
  if (path.endsWith(".ftz")) return undefined;
  // The last thing in the file is the output matrix: rows, columns and their float32 values.
  const [columns, rows] = [header.readInt32LE(8), header.readInt32LE(72)];
  const { size } = await handle.stat();
  const shape = await bytesAt(handle, Math.max(0, size - 4 * rows * columns - 16), 16);
  const whole =
    shape.length === 16 && shape.readBigInt64LE(0) === BigInt(rows) && shape.readBigInt64LE(8) === BigInt(columns);
  return whole ? undefined : `is cut short: it does not end in a matrix of ${rows} × ${columns}`;
}

async function bytesAt(handle: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, position);
  return buffer.subarray(0, bytesRead);
}
