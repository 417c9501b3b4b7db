import { idText } from "@climb/corpus";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { columnsOf } from "./parquet.js";
import { pageCodecs } from "./parquet-codecs.js";
import { exactColumn } from "./parquet-exact.js";
import { expectPageSums } from "./parquet-pages.js";
import { expectConsistent } from "./parquet-shape.js";

/** Columns of the ids and the vectors. */
export interface VectorColumns {
  id: string;
  vector: string;
}

/** Vectors of some documents, row by row. */
export interface VectorBlock {
  ids: string[];
  values: Float32Array;
}

/** @throws Error naming the columns that there are, if one is missing */
export async function checkVectorColumns(path: string, columns: VectorColumns): Promise<void> {
  const known = columnsOf(await parquetMetadataAsync(await asyncBufferFromFile(path)));
  const missing = [columns.id, columns.vector].find((column) => !known.includes(column));
  if (missing === undefined) return;
  throw new Error(`there is no column "${missing}"; found ${known.slice(0, 12).join(", ")}`);
}

/**
 * The vectors of a file, one row group at a time.
 * @throws Error naming the row whose id is no text or whose vector is no list of numbers
 */
export async function* readParquetVectors(path: string, columns: VectorColumns): AsyncGenerator<VectorBlock> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  expectConsistent(metadata, file.byteLength);
  const exact = exactColumn(metadata, columns.id);
  let row = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = row + Number(group.num_rows);
    const wanted = [columns.id, columns.vector];
    await expectPageSums(file, group, wanted);
    const reading = { file, metadata: exact.metadata, compressors: pageCodecs, columns: wanted };
    const records = await parquetReadObjects({ ...reading, rowStart: row, rowEnd });
    const ids: string[] = [];
    let values = new Float32Array(0);
    records.forEach((record, i) => {
      const { [columns.id]: id, [columns.vector]: vector } = record as Record<string, unknown>;
      const at = `row ${row + i + 1}`;
      const written = idText(exact.valueOf(id));
      if (written === undefined) {
        throw new Error(`${at}: "${columns.id}" is ${id === null ? "null" : typeof id}, expected a text or a number`);
      }
      const list = Array.isArray(vector) || ArrayBuffer.isView(vector) ? Array.from(vector as ArrayLike<number>) : [];
      if (list.length === 0 || !list.every((value) => typeof value === "number")) {
        throw new Error(`${at}: "${columns.vector}" is no list of numbers`);
      }
      if (i === 0) values = new Float32Array(records.length * list.length);
      if (list.length * records.length !== values.length) {
        throw new Error(`${at}: the vector has ${list.length} values, expected ${values.length / records.length}`);
      }
      ids.push(written);
      values.set(list, i * list.length);
    });
    yield { ids, values };
    row = rowEnd;
  }
}
