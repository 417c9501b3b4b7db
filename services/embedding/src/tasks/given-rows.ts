import { readDocuments } from "@climb/corpus";
import { type NpyHeader, readNpyRows } from "@climb/readers/npy";
import { ServiceError, type TaskContext } from "@climb/runtime/worker";
import { scaleToUnit } from "../core/unit-rows.js";
import { storedBytes } from "./embed.js";

/** Some rows of a .npy file on this machine. */
export interface NpyRows {
  path: string;
  header: NpyHeader;
  first: number;
  count: number;
}

/**
 * The vectors of a document shard: rows of .npy files, one after another, scaled to length one.
 * @throws ServiceError invalid RECORD_INVALID on a vector without a length
 */
export async function takeRows(
  { rows, shard, halfPrecision }: { rows: NpyRows[]; shard: string; halfPrecision: boolean },
  context: TaskContext<never>,
): Promise<Uint8Array> {
  const dimensions = rows[0]?.header.dimensions ?? 0;
  const values = new Float32Array(rows.reduce((sum, { count }) => sum + count, 0) * dimensions);
  let at = 0;
  for (const { path, header, ...which } of rows) {
    for await (const block of readNpyRows(path, header, which)) {
      context.throwIfAborted();
      values.set(block, at);
      at += block.length;
    }
  }
  for (let offset = 0; offset < values.length; offset += dimensions) {
    const badLength = scaleToUnit(values, offset, dimensions);
    if (badLength !== undefined) throw unusableVector(await idOf(shard, offset / dimensions), badLength);
  }
  return storedBytes(values, halfPrecision);
}

/** The error of a document whose vector has no length to scale. */
export function unusableVector(id: string, length: number): ServiceError {
  return badVectors(id, `the vector of the document "${id}" has the length ${length}, expected one above 0`);
}

/** The error RECORD_INVALID of vectors that were given. @param file what the message begins with */
export function badVectors(file: string, fault: string): ServiceError {
  return new ServiceError("invalid", "RECORD_INVALID", `${file}: ${fault}`, { file, line: "", field: "" });
}

async function idOf(shard: string, row: number): Promise<string> {
  let at = 0;
  for await (const { id } of readDocuments(shard)) if (at++ === row) return id;
  return "";
}
