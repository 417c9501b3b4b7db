import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readDocuments } from "@climb/corpus";
import { createIdTable } from "@climb/numeric";
import { readParquetVectors, type VectorColumns } from "@climb/readers/parquet-vectors";
import type { TaskContext } from "@climb/runtime/worker";
import { scaleToUnit } from "../core/unit-rows.js";
import { storedBytes } from "./embed.js";
import { badVectors, unusableVector } from "./given-rows.js";

/** Parquet files of vectors on this machine, and what the caller calls them. */
export interface VectorTable {
  files: { path: string; name: string }[];
  columns: VectorColumns;
}

/** The vectors of a shard are in a file, which its receiver removes. */
export interface TakenShard {
  index: number;
  file: string;
  documents: number;
}

/**
 * Finds the vectors of all documents by their ids, scales them to length one and writes a file for each shard under
 * `scratch`; returns the length of a vector.
 * @throws ServiceError invalid RECORD_INVALID on a document without a vector, or a vector without a length
 */
export async function takeById(
  input: {
    table: VectorTable;
    shards: { path: string; documents: number }[];
    scratch: string;
    halfPrecision: boolean;
  },
  context: TaskContext<TakenShard>,
): Promise<number> {
  const { table, shards, scratch, halfPrecision } = input;
  const source = await copyOf(table, scratch, context);
  const { dimensions } = source;
  try {
    for (const [index, shard] of shards.entries()) {
      const values = new Float32Array(shard.documents * dimensions);
      let offset = 0;
      for await (const { id } of readDocuments(shard.path)) {
        await source.read(id, values, offset);
        const badLength = scaleToUnit(values, offset, dimensions);
        if (badLength !== undefined) throw unusableVector(id, badLength);
        offset += dimensions;
      }
      const file = join(scratch, `vectors-${index}`);
      await writeFile(file, storedBytes(values, halfPrecision));
      context.progress({ index, file, documents: shard.documents });
    }
    return dimensions;
  } finally {
    await source.close();
  }
}

/** Vectors in any order, copied to a file of rows that are then found by id. */
async function copyOf({ files, columns }: VectorTable, scratch: string, context: TaskContext<TakenShard>) {
  const rowOf = createIdTable();
  const copy = await open(join(scratch, "given.f32"), "w+");
  let [rows, dimensions] = [0, 0];
  for (const { path, name } of files) {
    try {
      for await (const { ids, values } of readParquetVectors(path, columns)) {
        context.throwIfAborted();
        if (ids.length === 0) continue;
        const found = values.length / ids.length;
        if (dimensions > 0 && found !== dimensions) throw new Error(`vectors of ${found} values, before ${dimensions}`);
        dimensions = found;
        for (const id of ids) if (!rowOf.add(id, rows++)) throw new Error(`there are two vectors for the id "${id}"`);
        await copy.appendFile(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      }
    } catch (error) {
      await copy.close();
      throw badVectors(name, (error as Error).message);
    }
  }
  const rowBytes = 4 * dimensions;
  return {
    dimensions,
    async read(id: string, values: Float32Array, offset: number) {
      const row = rowOf.get(id);
      if (row === undefined) {
        throw badVectors(files.map(({ name }) => name).join(", "), `no vector for the document "${id}"`);
      }
      const target = new Uint8Array(values.buffer, values.byteOffset + 4 * offset, rowBytes);
      await copy.read(target, 0, rowBytes, row * rowBytes);
    },
    close: () => copy.close(),
  };
}
