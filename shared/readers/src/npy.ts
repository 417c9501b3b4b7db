import { type FileHandle, open } from "node:fs/promises";
import { fromHalves } from "@climb/numeric";

/** What the head of a .npy file says (NumPy enhancement proposal 1). */
export interface NpyHeader {
  type: "<f2" | "<f4" | "<f8";
  rows: number;
  dimensions: number;
  /** Where the values begin. */
  offset: number;
}

const MAGIC = Buffer.from("\x93NUMPY", "latin1");
const BYTES = { "<f2": 2, "<f4": 4, "<f8": 8 };
const BLOCK_ROWS = 4096;

/** @throws Error saying what was found and what was expected */
export async function readNpyHeader(path: string): Promise<NpyHeader> {
  const handle = await open(path);
  try {
    const start = await bytesAt(handle, 0, 12);
    if (start.length < 12 || !start.subarray(0, 6).equals(MAGIC)) throw new Error("it does not begin as .npy files do");
    const long = (start[6] as number) >= 2;
    const [from, length] = long ? [12, start.readUInt32LE(8)] : [10, start.readUInt16LE(8)];
    const text = (await bytesAt(handle, from, length)).toString("latin1");
    const type = /'descr':\s*'([^']*)'/.exec(text)?.[1] ?? "";
    if (!(type in BYTES)) throw new Error(`its values are ${type || "unknown"}, expected <f2, <f4 or <f8`);
    if (!/'fortran_order':\s*False/.test(text)) throw new Error("its values stand column by column, expected C order");
    const shape = /'shape':\s*\(([^)]*)\)/.exec(text)?.[1] ?? "";
    const [rows = 0, dimensions = 0, ...more] = shape.split(",").filter(Boolean).map(Number);
    if (!(rows >= 0 && dimensions > 0) || more.length > 0) {
      throw new Error(`its shape is (${shape.trim()}), expected (documents, dimensions)`);
    }
    const header = { type: type as NpyHeader["type"], rows, dimensions, offset: from + length };
    const expected = header.offset + rows * dimensions * BYTES[header.type];
    const { size } = await handle.stat();
    if (size !== expected)
      throw new Error(`it has ${size} bytes, expected ${expected} for its shape (${shape.trim()})`);
    return header;
  } finally {
    await handle.close();
  }
}

/** So many rows of a file from one on, in blocks, as float32. */
export async function* readNpyRows(
  path: string,
  { type, dimensions, offset }: NpyHeader,
  { first, count: rows }: { first: number; count: number },
): AsyncGenerator<Float32Array> {
  const rowBytes = dimensions * BYTES[type];
  const handle = await open(path);
  try {
    const end = first + rows;
    for (let row = first; row < end; row += BLOCK_ROWS) {
      const count = Math.min(BLOCK_ROWS, end - row);
      yield toFloat32(await bytesAt(handle, offset + row * rowBytes, count * rowBytes), type);
    }
  } finally {
    await handle.close();
  }
}

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function toFloat32(bytes: Buffer, type: NpyHeader["type"]): Float32Array {
  // A copy, because a Buffer may start anywhere.
  const { buffer } = Uint8Array.from(bytes);
  if (type === "<f4") return new Float32Array(buffer);
  if (type === "<f8") return Float32Array.from(new Float64Array(buffer));
  return fromHalves(new Uint16Array(buffer));
}
