import { open } from "node:fs/promises";
import type { Points } from "@climb/clustering/core/points";

const MAGIC = "\x93NUMPY";

/**
 * Reads a two-dimensional little-endian float32 array in C order.
 * @throws RangeError naming the file, what was found and what was expected
 */
export async function readNpy(path: string): Promise<Points> {
  const handle = await open(path);
  try {
    const start = Buffer.alloc(12);
    await handle.read(start, 0, 12, 0);
    if (start.toString("latin1", 0, 6) !== MAGIC) throw new RangeError(`${path}: is not an .npy file`);
    const wide = (start[6] as number) > 1;
    const headerBytes = wide ? start.readUInt32LE(8) : start.readUInt16LE(8);
    const from = wide ? 12 : 10;
    const header = Buffer.alloc(headerBytes);
    await handle.read(header, 0, headerBytes, from);
    const text = header.toString("latin1");
    const shape = /'shape': \((\d+), (\d+)\)/.exec(text);
    if (!/'descr': '<f4'/.test(text) || !/'fortran_order': False/.test(text) || !shape) {
      throw new RangeError(`${path}: found ${text.trim()}; expected two-dimensional float32 ('<f4') in C order`);
    }
    const [rows, dimensions] = [Number(shape[1]), Number(shape[2])];
    const values = new Float32Array(rows * dimensions);
    const bytes = Buffer.from(values.buffer);
    // In pieces, because one read is bounded by 2 GiB.
    for (let at = 0; at < bytes.length; at += 2 ** 30) {
      const length = Math.min(2 ** 30, bytes.length - at);
      const { bytesRead } = await handle.read(bytes, at, length, from + headerBytes + at);
      if (bytesRead < length)
        throw new RangeError(`${path}: ends early; expected ${rows} rows of ${dimensions} float32`);
    }
    return { values, rows, dimensions };
  } finally {
    await handle.close();
  }
}
