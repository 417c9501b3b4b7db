import type { FileMetaData } from "hyparquet";
import { columnBytes } from "./parquet-pages.js";

const MAGIC_BYTES = 4;

/**
 * Holds what a table says of itself in several places against each other: a bit that has changed there would otherwise
 * only make it shorter.
 * @throws Error naming the row group
 */
export function expectConsistent(metadata: FileMetaData, sizeBytes: number): void {
  const names = new Set(metadata.schema.map(({ name }) => name));
  let rows = 0;
  for (const [i, group] of metadata.row_groups.entries()) {
    const groupRows = Number(group.num_rows);
    rows += groupRows;
    for (const column of group.columns) {
      const { start, length } = columnBytes(column);
      const [name = ""] = column.meta_data?.path_in_schema ?? [];
      if (start < MAGIC_BYTES || length < 0 || start + length > sizeBytes) {
        throw new Error(`the column "${name}" of row group ${i + 1} lies outside of the file`);
      }
      if (!names.has(name)) throw new Error(`the column "${name}" of row group ${i + 1} is not in the schema`);
      const values = Number(column.meta_data?.num_values ?? 0);
      if (isFlat(metadata, column.meta_data?.path_in_schema ?? []) && values !== groupRows) {
        throw new Error(`the column "${name}" of row group ${i + 1} has ${values} values, expected ${groupRows}`);
      }
    }
  }
  if (rows !== Number(metadata.num_rows)) {
    throw new Error(`the row groups have ${rows} rows, the file says ${metadata.num_rows}`);
  }
}

/** Whether a column has one value in each row: it is of the top level, and none of its kind is a list. */
function isFlat({ schema }: FileMetaData, path: readonly string[]): boolean {
  const element = schema.find(({ name }, i) => i > 0 && name === path[0]);
  return path.length === 1 && element?.repetition_type !== "REPEATED" && element?.num_children === undefined;
}
