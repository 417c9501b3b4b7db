import { type FileHandle, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createIdTable } from "@climb/numeric";
import { readDocuments, ServiceError } from "@climb/runtime/worker";
import type { GivenSettings } from "../models/given-vectors.js";
import { readNpyHeader, readNpyRows } from "../readers/npy.js";
import { readParquetVectors } from "../readers/parquet-vectors.js";
import { storedBytes } from "./embed.js";
import { stopIf } from "./stop.js";
import type { EmbeddingTaskContext, Tasks } from "./task.js";

/** The next vector of the corpus; its document's id tells which, where vectors have ids. */
type NextVector = (id: string) => Promise<Float32Array>;

/**
 * Writes the vectors of the corpus's documents, scaled to length one, as one file for each shard.
 * @throws ServiceError invalid RECORD_INVALID on a document without a vector, a vector without a length, or other counts
 */
export async function givenTask(task: Tasks["given"]["task"], context: EmbeddingTaskContext): Promise<number> {
  const { settings, shards, scratch, halfPrecision } = task;
  const total = shards.reduce((sum, { documents }) => sum + documents, 0);
  const source = settings.format === "npy" ? await inOrder(settings, total) : await byId(settings, scratch, context);
  try {
    for (const [index, shard] of shards.entries()) {
      stopIf(context);
      const values = new Float32Array(shard.documents * source.dimensions);
      let row = 0;
      for await (const { id } of readDocuments(shard.path)) {
        values.set(unit(await source.next(id), id), row++ * source.dimensions);
      }
      const file = join(scratch, `vectors-${index}`);
      await writeFile(file, storedBytes(values, halfPrecision));
      context.progress({ type: "vectors", index, file, documents: shard.documents });
    }
    return source.dimensions;
  } finally {
    await source.close();
  }
}

interface Source {
  dimensions: number;
  next: NextVector;
  close(): Promise<void>;
}

/** Rows of .npy files one after another. */
async function inOrder({ files }: GivenSettings, documents: number): Promise<Source> {
  const headers = await Promise.all(files.map(async ({ path }) => ({ path, header: await readNpyHeader(path) })));
  const rows = headers.reduce((sum, { header }) => sum + header.rows, 0);
  const dimensions = headers[0]?.header.dimensions ?? 0;
  if (rows !== documents) {
    const names = files.map(({ path }) => path).join(", ");
    throw invalid(
      names,
      `${rows} vectors, but the corpus has ${documents} documents; Parquet with ids may have others`,
    );
  }
  const blocks = (async function* () {
    for (const { path, header } of headers) yield* readNpyRows(path, header);
  })();
  let block = new Float32Array(0);
  let at = 0;
  return {
    dimensions,
    async next() {
      if (at === block.length) {
        block = (await blocks.next()).value as Float32Array<ArrayBuffer>;
        at = 0;
      }
      at += dimensions;
      return block.subarray(at - dimensions, at);
    },
    close: async () => void (await blocks.return(undefined)),
  };
}

/** Vectors of Parquet files in any order: copied to a file of rows that are then found by id. */
async function byId(
  { files, columns }: GivenSettings,
  scratch: string,
  context: EmbeddingTaskContext,
): Promise<Source> {
  const rowOf = createIdTable();
  const copy: FileHandle = await open(join(scratch, "given.f32"), "w+");
  let [rows, dimensions] = [0, 0];
  for (const { path } of files) {
    try {
      for await (const { ids, values } of readParquetVectors(path, columns)) {
        stopIf(context);
        if (ids.length === 0) continue;
        const found = values.length / ids.length;
        if (dimensions > 0 && found !== dimensions) throw new Error(`vectors of ${found} values, before ${dimensions}`);
        dimensions = found;
        for (const id of ids) if (!rowOf.add(id, rows++)) throw new Error(`there are two vectors for the id "${id}"`);
        await copy.appendFile(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      }
    } catch (error) {
      throw invalid(path, (error as Error).message);
    }
  }
  const rowBytes = 4 * dimensions;
  return {
    dimensions,
    async next(id) {
      const row = rowOf.get(id);
      if (row === undefined)
        throw invalid(files.map(({ path }) => path).join(", "), `no vector for the document "${id}"`);
      const vector = new Float32Array(dimensions);
      await copy.read(new Uint8Array(vector.buffer), 0, rowBytes, row * rowBytes);
      return vector;
    },
    close: () => copy.close(),
  };
}

function unit(vector: Float32Array, id: string): Float32Array {
  let squared = 0;
  for (const value of vector) squared += value * value;
  const length = Math.sqrt(squared);
  if (!(length > 0 && Number.isFinite(length))) {
    throw invalid(id, `the vector of the document "${id}" has the length ${length}, expected one above 0`);
  }
  return vector.map((value) => value / length);
}

function invalid(file: string, fault: string): ServiceError {
  return new ServiceError("invalid", "RECORD_INVALID", `${file}: ${fault}`, { file, line: "", field: "" });
}
