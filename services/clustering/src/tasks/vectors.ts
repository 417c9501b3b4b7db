import { readFile } from "node:fs/promises";
import { fromHalves } from "@climb/numeric";
import { ServiceError } from "@climb/runtime/worker";
import type { Points } from "../core/points.js";

/** A shard of vectors on this machine: raw little-endian float32 or float16, which its size tells, row by row. */
export interface VectorShard {
  vectorsPath: string;
  rows: number;
}

/** Reads a whole shard. @throws ServiceError invalid RECORD_INVALID if the file has not the size that its rows need */
export async function readVectors({ vectorsPath, rows }: VectorShard, dimensions: number): Promise<Points> {
  const bytes = await readFile(vectorsPath);
  const values = rows * dimensions;
  if (bytes.byteLength === 2 * values) {
    return { values: fromHalves(new Uint16Array(Uint8Array.from(bytes).buffer)), rows, dimensions };
  }
  if (bytes.byteLength !== 4 * values) {
    const expected = `${4 * values} (${rows} rows of ${dimensions} float32) or half of it`;
    const message = `${vectorsPath} has ${bytes.byteLength} bytes, expected ${expected}`;
    throw new ServiceError("invalid", "RECORD_INVALID", message, { file: vectorsPath, line: "", field: "" });
  }
  return { values: floats(bytes), rows, dimensions };
}

/** Reads a shard of numbers. @throws ServiceError invalid RECORD_INVALID if the file has not the size that its rows need */
export async function readInt32(path: string, rows: number): Promise<Int32Array> {
  const bytes = await readFile(path);
  if (bytes.byteLength !== 4 * rows) {
    const message = `${path} has ${bytes.byteLength} bytes, expected ${4 * rows} (${rows} int32)`;
    throw new ServiceError("invalid", "RECORD_INVALID", message, { file: path, line: "", field: "" });
  }
  return new Int32Array(Uint8Array.from(bytes).buffer);
}

/** Copies, because a Buffer may start anywhere in its pool and Float32Array needs a multiple of four. */
export function floats(bytes: Uint8Array): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

/** The rows with the given ascending indexes, counted over all shards in order, read shard by shard. */
export async function readRows(
  shards: readonly VectorShard[],
  dimensions: number,
  indexes: readonly number[],
): Promise<Points> {
  const values = new Float32Array(indexes.length * dimensions);
  let [first, taken] = [0, 0];
  for (const shard of shards) {
    const points = await readVectors(shard, dimensions);
    while (taken < indexes.length && (indexes[taken] as number) < first + shard.rows) {
      const row = (indexes[taken] as number) - first;
      values.set(points.values.subarray(row * dimensions, (row + 1) * dimensions), taken * dimensions);
      taken++;
    }
    first += shard.rows;
  }
  return { values, rows: indexes.length, dimensions };
}
